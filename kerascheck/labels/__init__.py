"""From label files and arrays to what they show."""
