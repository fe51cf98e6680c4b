"""A company's own names, however they are written, inflected, misspelt or disguised."""
