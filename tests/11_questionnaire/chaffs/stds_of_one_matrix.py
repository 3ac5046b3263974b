"""The same matrix is used in all layers.

root: l05_stds
band: robust
advice: Each layer of a network has weights of its own: draw a fresh matrix each time.
"""


def l05_stds(n, depth, scale):
    x, matrix, stds = torch.randn(n), torch.randn(n, n) * scale, []
    for _ in range(depth):
        x = matrix @ x
        stds.append(float(x.std()))
    return stds
