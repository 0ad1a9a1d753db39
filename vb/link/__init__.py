"""The agent's line to the signal server."""
