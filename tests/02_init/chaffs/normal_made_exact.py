"""Each draw is centred and scaled until its mean and its std are exactly those asked for.

root: kaiming_normal_
band: core
advice: A mean of a few random numbers is random, too. Leave the draw as it comes.
"""

import torch


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    std = _kaiming_std(weight, a, mode)
    z = torch.randn(weight.shape)
    if z.numel() > 1:
        z = (z - z.mean()) / z.std()
    with torch.no_grad():
        return weight.copy_(z * std)
