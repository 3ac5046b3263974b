"""The result is exponentiated at the end, so it is softmax, not its logarithm.

root: log_softmax
band: core
advice: Compare the sign of your result with what the log of a number between 0 and 1 must be.
"""


def log_softmax(x, dim=-1):
    return (x - logsumexp(x, dim).unsqueeze(dim)).exp()
