"""Where decisions, cases and sends are kept: one promise (base.py) and its drivers."""
