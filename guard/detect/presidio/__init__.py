"""Presidio's recognisers as detectors of ours."""
