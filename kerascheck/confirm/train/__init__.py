"""What trains, measures and compares, in the child process."""
