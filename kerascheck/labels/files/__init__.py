"""Label files: found by their name, read as data, and never unpickled."""
