"""A small service of our own that speaks Mastodon's dialect, so that the gate can be tried without an account anywhere."""
