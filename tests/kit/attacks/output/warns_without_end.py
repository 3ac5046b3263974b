"""Warns and logs without end, each time in other words.

without walls: it is printed
behind walls: pass
"""
import logging
import warnings


def double(x):
    for k in range(2000):
        warnings.warn(f"grader-attack {x} {k}", stacklevel=1)
        logging.getLogger(f"{k}").error("grader-attack")
    return 2 * x
