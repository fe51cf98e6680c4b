"""Tools for those who write policies: the examples in a policy file are its tests."""
