"""The names model: persons, organisations and places that a post names. Read reader.py first."""
