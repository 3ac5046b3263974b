"""The reduced dim is missing when logsumexp is subtracted, so each row's number is applied to a column.

root: log_softmax
band: core
advice: Compare the shapes of the two tensors that you subtract, and recall from which side broadcasting aligns.
"""


def log_softmax(x, dim=-1):
    return x - logsumexp(x, dim)
