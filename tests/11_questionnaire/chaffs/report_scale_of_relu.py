"""The scale is the one for ReLU, though there is none, and the std explodes.

root: l05_report
band: core
advice: Without ReLU nothing is halved: the variance has to be 1 over n.
"""


def l05_report():
    n = 40 + my_numbers("l05", 1)[0]
    scale = math.sqrt(2 / n)
    torch.manual_seed(1)
    return {"seed": 1, "scale": scale, "std": l05_stds(n, 50, scale)[-1]}
