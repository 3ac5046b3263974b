"""The student's side: tests in a notebook, and at every save."""
