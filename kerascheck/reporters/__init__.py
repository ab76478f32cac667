"""One report, many forms; one reporter a file."""
