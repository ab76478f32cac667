"""Saved models in stores: found page by page, many read at once."""
