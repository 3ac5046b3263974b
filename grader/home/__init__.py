"""The student's side: tests in a notebook."""
