"""What tells a value from its look-alike: check digits, numbering plans, how random it is. Pure functions of a text."""
