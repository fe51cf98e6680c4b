"""Who may enter the console: accounts, sessions, second factors, tokens, and the providers that vouch for people."""
