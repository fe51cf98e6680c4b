"""Finding what should not leave: personal data, secrets, confidential names. Knows no policy."""
