"""The tamper-evident record: an RFC 6962 tree with signed checkpoints, and how to check it without us."""
