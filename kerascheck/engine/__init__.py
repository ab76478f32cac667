"""Rules, facts, findings, fixes, and what judges a model by them."""
