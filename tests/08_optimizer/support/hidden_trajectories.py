"""Cases, strategies and checks of test_hidden_trajectories.py."""

import torch

from . import trajectories

SHAPES = [(2, 3), (2, 3), (3,), (), (4, 1, 2), (4,), (2, 2)]
STEPS = 16


def everything(optimizer, hypers, seed, framework=False):
    """Seven parameters of which two have one shape, two one number of entries, one tiny gradients, one all zeros at
    first. framework: in three groups whose hyper-parameters change; one is frozen, gradients come and go."""
    g = torch.Generator().manual_seed(seed)
    hypers = {"lr": 0.05, **hypers}

    def random(shape):
        return torch.randn(shape, generator=g, dtype=torch.float64)

    def gradient(i, k):
        if framework and (i == 2 or (k + i) % 7 == 3 or (i == 1 and k < 4)):
            return None
        return random(SHAPES[i]) * {3: 1e-6, 6: 0.0 if k < 3 else 100.0}.get(i, 1.0)

    writes = {
        4: [[0, n, v * 0.5] for n, v in hypers.items()],
        7: [[1, n, v * 0.9] for n, v in hypers.items()],
        11: [[0, n, v] for n, v in hypers.items()] + [[2, "lr", 0.0]],
        13: [[2, "lr", 0.2]],
    }
    return {
        "optimizer": optimizer,
        "hypers": hypers,
        "start": [random(shape) for shape in SHAPES],
        "frozen": [2] if framework else [],
        "groups": [[0, 4], [3, 1], [5, 2, 6]] if framework else None,
        "steps": [
            {
                "grads": [gradient(i, k) for i in range(len(SHAPES))],
                "writes": writes.get(k, []) if framework else [],
            }
            for k in range(STEPS)
        ],
    }


def check(student, reference, optimizer, hypers):
    drawn = everything(optimizer, hypers, seed=len(optimizer))
    trajectories.check(student, drawn, reference.run("trajectory", drawn)["values"])
