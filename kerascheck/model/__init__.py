"""What is known of a model: values that every other part works on."""
