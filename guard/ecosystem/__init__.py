"""Our detectors inside other people's tools."""
