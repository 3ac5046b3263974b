"""The input is flattened with view, which fails on a transposed or expanded tensor.

root: logsumexp
band: robust
advice: Memory need not lie in the order of the dims: view only works when it does.
"""


def logsumexp(x, dim=-1, keepdim=False):
    if x.dim() > 1 and dim in (-1, x.dim() - 1):
        rows = x.view(-1, x.shape[-1])
        m = rows.amax(1, keepdim=True)
        out = (m + (rows - m).exp().sum(1, keepdim=True).log()).view(*x.shape[:-1], 1)
    else:
        m = x.amax(dim, keepdim=True)
        out = m + (x - m).exp().sum(dim, keepdim=True).log()
    return out if keepdim else out.squeeze(dim)
