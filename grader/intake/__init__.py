"""The submissions as they were handed in: found, attributed to students, and read."""
