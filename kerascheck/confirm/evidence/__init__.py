"""Measurements that ship with the package, and their tables."""
