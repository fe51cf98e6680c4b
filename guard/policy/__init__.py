"""Policies: YAML files that say what may not be published, and the decision they come to about a post."""
