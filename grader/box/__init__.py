"""The process that a submission's code runs in: this one (direct, kernel), or one behind walls (boxed).

Knows nothing about tests.
"""
