"""The numbers of a neighbour were worked out instead of one's own.

root: q01_own_steps
band: core
advice: Print my_numbers with your own STUDENT_ID and use these numbers.
"""


def q01_own_steps():
    return [33.4, 32.9, 30.1]
