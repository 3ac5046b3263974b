"""The accuracies belong to somebody else's numbers.

root: l10_own_accuracies
band: core
advice: Print my_numbers with your own STUDENT_ID and use these numbers.
"""


def l10_own_accuracies():
    return [17.0, 31.5, 40.0, 29.5, 30.2222]
