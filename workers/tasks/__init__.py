"""Tasks: thin. Ids in, one call, done; safe to run twice."""
