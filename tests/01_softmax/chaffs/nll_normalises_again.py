"""nll applies log-softmax to its input, as the library's cross-entropy does, and so alters whatever is not normalised.

root: nll
band: core
advice: The division of labour is fixed: log_softmax normalises, nll only looks up.
"""


def nll(log_probs, target):
    z = log_probs - logsumexp(log_probs, -1).unsqueeze(-1)
    return -z[range(len(target)), target].mean()
