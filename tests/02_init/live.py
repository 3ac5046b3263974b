"""What a notebook draws beside the result of a check: the weights, and the density that they should have."""

import math

import torch

FAN_IN, FAN_OUT = 50, 200


def pictures(module, function):
    """Pictures for a function of the unit, `module` being what the notebook has defined."""
    weight = torch.zeros(FAN_OUT, FAN_IN)
    std = math.sqrt(2 / FAN_IN)
    if function == "kaiming_normal_":
        module.kaiming_normal_(weight)
        edge = 4 * std
        due = [[x, math.exp(-((x / std) ** 2) / 2) / (std * math.sqrt(2 * math.pi))] for x in spread(edge)]
    elif function == "kaiming_uniform_":
        module.kaiming_uniform_(weight)
        edge = math.sqrt(3) * std
        due = [[-edge, 0], [-edge, 1 / (2 * edge)], [edge, 1 / (2 * edge)], [edge, 0]]
    else:
        return []
    title = f"weights of {function}, {FAN_OUT} × {FAN_IN}"
    return [{"title": title, "histogram": weight.flatten().tolist(), "expected": {"expected": due}}]


def spread(edge):
    return [edge * (n / 40 - 1) for n in range(81)]
