"""One submission: its module or notebook, its helpers, and the copy that is graded."""
