"""Cases, strategies and checks of test_fit_surroundings.py."""

import torch

from grader.suite.source import literal

from .common import W, X, Y

MIDDLES = {
    "doubles": "type('Doubles', (torch.nn.Module,), {'forward': lambda self, x: 2 * x if self.training else x})()",
    "batchnorm": "torch.nn.BatchNorm1d(2)",
    "": "torch.nn.Identity()",
}


def batches(size: int, n: int = 6) -> list[list[torch.Tensor]]:
    return [list(pair) for pair in zip(X[:n].split(size), Y[:n].split(size), strict=True)]


def as_python(epochs: int, train: list, valid: list, middle: str = "", unsized: bool = False) -> str:
    """Code that runs the fit of the probe `train` and prints what came of it."""
    bare = "Bare = type('Bare', (), {'__init__': lambda s, b: setattr(s, 'b', b), '__iter__': lambda s: iter(s.b)})"
    return "\n".join(
        [
            "class Net(torch.nn.Module):",
            "    def __init__(self):",
            f"        super().__init__(); self.w = torch.nn.Parameter({literal(W)})",
            f"        self.middle = torch.nn.Sequential({MIDDLES[middle]})",
            "    def forward(self, x): return self.middle(x) @ self.w + torch.arange(3) / 20",
            "class Descent:",
            "    def step(self):",
            "        with torch.no_grad(): model.w -= 0.1 * model.w.grad",
            "        print(model.w)",
            "    def zero_grad(self): model.zero_grad()",
            f"model = Net(); train_dl, valid_dl = {literal(train)}, {literal(valid)}",
            *([bare, "train_dl, valid_dl = Bare(train_dl), Bare(valid_dl)"] if unsized else []),
            f"print(fit({epochs}, model, torch.nn.functional.cross_entropy, Descent(), train_dl, valid_dl))",
            *(["dict(model.middle[0].named_buffers())"] if middle == "batchnorm" else []),
        ]
    )


def logits(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return x.double() @ w.double() + torch.arange(3, dtype=torch.float64) / 20


def one_step(w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, lr: float) -> torch.Tensor:
    w = w.detach().double().requires_grad_()
    (gradient,) = torch.autograd.grad(torch.nn.functional.cross_entropy(logits(x, w), y), w)
    return w.detach() - lr * gradient
