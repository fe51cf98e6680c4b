"""The gate itself: listeners, the trip of a post, reads that stream through."""
