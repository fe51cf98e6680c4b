"""Patterns of the catalogue and of policies: may one match, does it, and what do the words around say?"""
