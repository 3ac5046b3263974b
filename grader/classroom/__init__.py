"""Many submissions: grading them in parallel, keeping what is done, going on after an interruption, regrading."""
