"""The virtual browser: the image and its agent. Imports neither the web side nor the workers."""
