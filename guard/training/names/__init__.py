"""How the names model is trained: read learn.py first."""
