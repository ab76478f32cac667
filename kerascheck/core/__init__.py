"""Values and pure functions that every part stands on; standard library only."""
