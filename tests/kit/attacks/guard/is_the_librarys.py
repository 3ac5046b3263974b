"""Is a partial of the library's function, and calls nothing itself.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
from functools import partial

import torch

logsumexp = partial(torch.logsumexp, dim=-1)
