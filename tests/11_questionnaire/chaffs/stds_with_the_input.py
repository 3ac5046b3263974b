"""The std of the input is in the list as well.

root: l05_stds
band: core
advice: The list begins after the first layer, and is as long as there are layers.
"""


def l05_stds(n, depth, scale):
    x = torch.randn(n)
    stds = [float(x.std())]
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        stds.append(float(x.std()))
    return stds
