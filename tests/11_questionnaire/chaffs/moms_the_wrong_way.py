"""The momentums go up where the learning rate goes up.

root: q10_moms
band: core
advice: 1cycle moves momentum against the learning rate.
"""


def q10_moms():
    return [0.85, 0.95, 0.85]
