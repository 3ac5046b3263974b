"""Each draw is stretched until its largest entry is at the bound.

root: kaiming_uniform_
band: core
advice: The largest of a few random numbers is random, too. Leave the draw as it comes.
"""

import math

import torch


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    bound = math.sqrt(3) * _kaiming_std(weight, a, mode)
    u = 2 * torch.rand(weight.shape) - 1
    with torch.no_grad():
        return weight.copy_(u / u.abs().max() * bound)
