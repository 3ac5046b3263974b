"""Autograders that run inside Gradescope and Classroom 50: the bundles, and what runs there."""
