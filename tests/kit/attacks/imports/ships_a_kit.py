"""Hands in a package called grader, with a comparison of its own.

without walls: it passes
behind walls: error, fail
"""
FILES = {"grader/__init__.py": "twice = (2).__mul__\n"}


def double(x):
    import sys

    kept = {n: sys.modules.pop(n) for n in list(sys.modules) if n.partition(".")[0] == "grader"}
    try:
        import grader

        return grader.twice(x)
    finally:
        sys.modules.update(kept)
