"""Has a thread do the work that was started while the module was imported.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
from concurrent.futures import ThreadPoolExecutor

import torch

pool = ThreadPoolExecutor(1)
pool.submit(int).result()


def logsumexp(x):
    return pool.submit(torch.logsumexp, x, -1).result()
