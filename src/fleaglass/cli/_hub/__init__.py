"""The subcommands of `fleaglass hub`, a file for each subject."""
