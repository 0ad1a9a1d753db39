"""Use cases: load, decide (app.domain), save, then tell the room. No Flask here."""
