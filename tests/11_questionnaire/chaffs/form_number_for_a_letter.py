"""The number of the option is returned in place of its letter.

root: q09_bigger_momentum
band: core
advice: Return the letter that stands before the option, as a text.
"""


def q09_bigger_momentum():
    return 2
