"""The numbers of question 7 are used once more.

root: q15_own_averages
band: core
advice: Each question has numbers of its own: they are given by its name.
"""


def q15_own_averages():
    return q15_unbiased(my_numbers("q07", 4), 0.5)
