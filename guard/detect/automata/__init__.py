"""Texts looked through in one pass: automata of hyperscan and of daachorse, and what a regular expression becomes for them."""
