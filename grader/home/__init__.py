"""What a student sees while working: tests in a notebook."""
