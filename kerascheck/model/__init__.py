"""What is known of a model: the values that every other part works on."""
