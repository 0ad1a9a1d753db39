"""What must never be lost: one module per aggregate (rows and their repository), and the unit of work."""
