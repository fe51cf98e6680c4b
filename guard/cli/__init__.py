"""The command line: one file per command group; results on stdout, talk on stderr."""
