"""The signaling endpoint and its message table. May not import the database."""
