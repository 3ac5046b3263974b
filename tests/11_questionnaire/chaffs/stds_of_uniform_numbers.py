"""The numbers are drawn uniformly from 0 to 1.

root: l05_stds
band: core
advice: randn draws from the normal distribution, rand doesn't.
"""


def l05_stds(n, depth, scale):
    x, stds = torch.rand(n), []
    for _ in range(depth):
        x = (torch.rand(n, n) * scale) @ x
        stds.append(float(x.std()))
    return stds
