"""From a saved or live model to its description; data is read, nothing is run."""
