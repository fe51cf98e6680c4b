"""HTTP/1.1 to the services behind the gate: one client per service, fixed in the settings."""
