"""Lint: what a policy file says that its author cannot have meant, each finding at its place and with a page of its own."""
