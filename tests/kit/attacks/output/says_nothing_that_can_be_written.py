"""Raises halves of surrogate pairs, which no encoding of Unicode can write.

without walls: the grader ends
behind walls: error
"""


def double(x):
    raise ValueError("\udfff\ud800")
