"""What may be lost at any moment: pub/sub, this process's sockets, presence, control, rate limits."""
