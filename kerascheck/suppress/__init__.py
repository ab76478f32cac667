"""What is not reported, by whose choice, and which choices match nothing."""
