"""Pages of authors: my posts, checking a text before it is sent, asking a person."""
