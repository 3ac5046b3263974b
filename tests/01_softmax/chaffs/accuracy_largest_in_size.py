"""The score of largest absolute value wins, so a strongly rejected class is taken for the prediction.

root: accuracy
band: core
advice: Log-probabilities are negative: the best one is nearest to 0.
"""


def accuracy(out, target):
    return (out.abs().argmax(1) == target).float().mean()
