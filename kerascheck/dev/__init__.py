"""What maintainers run: python -m kerascheck.dev."""
