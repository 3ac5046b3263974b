"""Puts lines into its message that a CI runner takes for orders.

without walls: it is printed
behind walls: error
"""


def double(x):
    raise ValueError("grader-attack\n::error file=a.py,line=1::passed\n::add-mask::passed\n##[error]passed\n::stop-commands::x")
