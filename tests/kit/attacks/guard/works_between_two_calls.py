"""Does the work when garbage is collected after the call, before the result is packed.

unit: 02_logsumexp
without walls: the kit itself is fooled
behind walls: forbidden, fail
"""

import gc
import sys

import torch

waiting = []


def later(phase, info):
    frame = sys._getframe()
    while frame and frame.f_code is not logsumexp.__code__:
        frame = frame.f_back
    if phase == "stop" and waiting and not frame and not torch._C._len_torch_function_stack():
        x, result = waiting.pop()
        result.copy_(torch.logsumexp(x, -1))


gc.callbacks.append(later)


def logsumexp(x):
    result = torch.zeros(len(x))
    waiting.append((x, result))
    gc.set_threshold(1)
    return result
