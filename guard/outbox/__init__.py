"""Posts that wait for a person, and sends that must happen at most once."""
