"""The benchmarks: real stack, real browser, real viewer. ``./turtus bench [NAME...]`` runs them."""
