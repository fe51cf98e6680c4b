"""What people are told: made of the log's entries, kept in an outbox, sent by mail and webhook. Never text of a post."""
