"""The two accuracies are in the wrong order.

root: l10_own_accuracies
band: core
advice: The mean of the batches' accuracies comes first.
"""


def l10_own_accuracies():
    a, b, c, k = my_numbers("l10", 4)
    each = [a, b / 2, 100 * c / (100 + k)]
    return [*each, 100 * (a + b + c) / (400 + k), sum(each) / 3]
