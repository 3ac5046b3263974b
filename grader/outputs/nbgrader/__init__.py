"""Everything about nbgrader but reading what was handed in: courses, notebooks, the gradebook."""
