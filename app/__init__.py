"""The web side: pages, accounts and signaling. See docs/architecture.md for its rooms."""
