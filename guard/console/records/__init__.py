"""Pages of the audit log: searching it, taking it away, seeing by two people who is behind an entry."""
