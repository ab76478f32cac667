"""Settings of one run: read, merged and checked."""
