"""Warns of floods by rain and levels of a river."""
