"""The dataset that `rangemap weapons export` writes, read by other programs."""
