"""The limit for an average that takes a share of 1 - mom of the gradient.

root: q10_longest_step
band: core
advice: Here the whole gradient is added: mom · avg + 1 stays the same when avg is 1 / (1 - mom).
"""


def q10_longest_step(lr, mom):
    return lr
