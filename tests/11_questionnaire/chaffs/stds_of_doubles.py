"""The numbers are float64, where nothing overflows that would in float32.

root: l05_stds
band: core
advice: The point is what happens to numbers of the size that networks use: float32.
"""


def l05_stds(n, depth, scale):
    x, stds = torch.randn(n, dtype=torch.float64), []
    for _ in range(depth):
        x = (torch.randn(n, n, dtype=torch.float64) * scale) @ x
        stds.append(float(x.std()))
    return stds
