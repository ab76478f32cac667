"""One module a format of logs."""
