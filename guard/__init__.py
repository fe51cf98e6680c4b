"""postguard: an information-leak gate for what a company's staff publish.

A post's whole trip, top to bottom, is `guard/gateway/submit.py`. To know the house, read in this order:
`types/inspection.py`, `inspector.py`, `gateway/submit.py`, `policy/decide.py`, `detect/base.py`.
Packages import only from floors below their own; `pyproject.toml` holds the contracts and `make check` proves them.
"""

__version__ = "0.1.0"
