"""Documents known by keyed hashes of their words and rows."""
