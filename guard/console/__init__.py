"""The API (and, later, the review console) on its own port: off the hot path, so FastAPI."""
