"""Many submissions: finding them, grading them in parallel, keeping what is done, picking up where it stopped."""
