"""Models of our own: the shelf they stand on, and what runs them without a training framework."""
