"""The seed is reported, but the generator was used in between.

root: l05_report
band: core
advice: Seed right before you call l05_stds, so that the run can be repeated.
"""


def l05_report():
    n = 40 + my_numbers("l05", 1)[0]
    scale = 1 / math.sqrt(n)
    torch.manual_seed(1)
    l05_stds(n, 50, scale)
    return {"seed": 1, "scale": scale, "std": l05_stds(n, 50, scale)[-1]}
