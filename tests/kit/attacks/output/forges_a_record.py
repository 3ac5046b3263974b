"""Puts quotes, braces and line ends into its message, which forge a record in a careless journal.

without walls: it is printed
behind walls: error
"""


def double(x):
    raise ValueError('grader-attack"}\n{"student": "zoe", "forged": true}\n')
