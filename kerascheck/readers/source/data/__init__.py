"""What is known of arrays, tables and data sets in a program that is not run."""
