"""Looks for the folders of other boxes beside its own, where classmates' work lies.

without walls: it passes
behind walls: error, fail
"""
import os
import tempfile


def double(x):
    here = tempfile.gettempdir()
    beside = os.listdir(os.path.dirname(os.path.dirname(here)) if "grader-boxes" in here else "/tmp")
    return 2 * x if beside else None
