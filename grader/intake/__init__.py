"""Reading what was handed in: which files belong to whom, and what each submission holds."""
