"""Redaction: the safe version of a post, with every finding replaced and the service's length limit kept."""
