"""Where a submission's code runs: in this process (direct), or behind walls (boxed). Knows nothing of tests."""
