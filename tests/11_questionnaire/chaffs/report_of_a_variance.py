"""The variance is reported in place of the standard deviation.

root: l01_report
band: core
advice: A standard deviation has the unit of the weights: take the root.
"""


def l01_report():
    weight = torch.nn.Linear(150 + 5 * my_numbers("l01", 1)[0], 400).weight.detach()
    return {"largest": float(weight.abs().max()), "std": float(weight.var())}
