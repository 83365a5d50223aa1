"""The command line: one file per command group, thin over the use cases in runs."""
