"""Pages of accounts: signing in, one's own security, people for administrators."""
