"""Does the work in the handler of a signal that comes after the call, before the result is packed.

unit: 02_logsumexp
without walls: the kit itself is fooled
behind walls: forbidden, fail
"""

import signal
import sys

import torch

waiting = []


def later(number, frame):
    while frame and frame.f_code is not logsumexp.__code__:
        frame = frame.f_back
    if frame or torch._C._len_torch_function_stack():
        signal.setitimer(signal.ITIMER_REAL, 1e-5)
    elif waiting:
        x, result = waiting.pop()
        result.copy_(torch.logsumexp(x, -1))


signal.signal(signal.SIGALRM, later)


def logsumexp(x):
    result = torch.zeros(len(x))
    waiting.append((x, result))
    signal.setitimer(signal.ITIMER_REAL, 1e-5)
    return result
