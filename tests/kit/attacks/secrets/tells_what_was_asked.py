"""Tells in a public test's message what a hidden test has asked.

without walls: it is printed
behind walls: error, pass, fail
function: treble
told: grader-attack 1000000
spoils: all
"""
asked = []


def double(x):
    asked.append(x)
    return 2 * x


def treble(x):
    raise ValueError(f"grader-attack {max(asked, default=0)}")
