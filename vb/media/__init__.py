"""Picture and sound: captured, encoded once for all viewers, fanned out. Imports nothing of the project
but ``vb.protocol``.
"""
