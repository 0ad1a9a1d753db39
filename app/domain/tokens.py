"""Secrets that are shown once and stored only as a hash."""

import hashlib


def hash_token(token: str) -> str:
    """What is stored of an agent's token: SHA-256, hexadecimal. The token is 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
