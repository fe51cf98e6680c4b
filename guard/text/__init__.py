"""Text as detectors see it, and the way back to the author's own code points. Pure: no I/O, no clock."""
