"""Statistical tests that state their error rates before they run."""
