"""What is trusted, and what a hostile tree cannot reach."""
