"""One adapter per external service: which requests publish, what they say, and how to answer in the service's own words."""
