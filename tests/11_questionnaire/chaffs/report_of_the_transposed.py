"""Inputs and outputs of the layer are confused: Linear(400, n).

root: l01_report
band: core
advice: The first argument of Linear is the number of inputs.
"""


def l01_report():
    weight = torch.nn.Linear(400, 150 + 5 * my_numbers("l01", 1)[0]).weight.detach()
    return {"largest": float(weight.abs().max()), "std": float(weight.std())}
