"""What the image is built from: configurations, and the program that warms its Firefox profile."""
