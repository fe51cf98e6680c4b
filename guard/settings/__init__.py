"""`guard.toml` and `authors.toml` as frozen settings."""
