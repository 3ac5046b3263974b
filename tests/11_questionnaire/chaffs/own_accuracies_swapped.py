"""The two accuracies are in the wrong order.

root: l10_own_accuracies
band: core
advice: The mean of the batches' accuracies comes first.
"""


def l10_own_accuracies():
    a, b, k = my_numbers("l10", 3)
    return [(a + b) / (20 + k), (a / 10 + b / 10) / 3]
