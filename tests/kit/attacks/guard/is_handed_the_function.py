"""Has numpy hand over its function, to an argument that overrides it or in an exception, while importing is free.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden, error
"""

import numpy as np
import torch

handed = []


class Overrides:
    def __array_ufunc__(self, function, method, *inputs, **kwargs):
        handed.append(function)
        return 1.0


for first in (Overrides(), "text"):
    try:
        np.logaddexp(first, 1.0)
    except TypeError as error:
        handed += [e.ufunc for e in (error, error.__context__) if hasattr(e, "ufunc")]


def logsumexp(x):
    return torch.as_tensor(handed[0].reduce(x.detach().numpy(), axis=-1))
