"""``doctor``: small checks of this machine, each with a verdict and how to mend it."""
