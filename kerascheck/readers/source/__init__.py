"""Programs, read as text: which models they compile, and with what."""
