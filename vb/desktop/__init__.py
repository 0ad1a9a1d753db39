"""Hands on the X desktop: keys, buttons, wheel. Imports nothing of the project but ``vb.protocol``."""
