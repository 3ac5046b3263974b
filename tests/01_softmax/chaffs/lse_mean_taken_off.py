"""The mean is taken off, as if centring the row were enough to keep exp from overflowing.

root: logsumexp
band: core
advice: Try a row with a spread of thousands: which entry decides whether exp overflows?
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.mean(dim, keepdim=True)
    out = m + (x - m).exp().sum(dim, keepdim=True).log()
    return out if keepdim else out.squeeze(dim)
