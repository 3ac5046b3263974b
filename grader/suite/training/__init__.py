"""Scripts for training loops, accuracy over seeds, and what a failed run looks like in words."""
