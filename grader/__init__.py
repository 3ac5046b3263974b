"""A teaching test-suite and autograder for the pieces of a deep-learning training stack.

Importing this package is cheap on purpose: it loads neither torch nor scipy nor matplotlib nor
nbgrader. The rooms below it import what they need where they need it.
"""

__version__ = "0.1.0"
