"""Pure rules: data and `now` in, new data and events out. No I/O, no clock, no randomness."""
