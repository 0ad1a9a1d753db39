"""The processes of the virtual browser: their states (pure), the plan, the probes, the supervisor.

Imports nothing of the project but ``vb.protocol``.
"""
