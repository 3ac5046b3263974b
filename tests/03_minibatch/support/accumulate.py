"""Cases, strategies and checks of test_accumulate.py."""

import torch

from grader.suite import assert_close, require
from grader.suite.source import literal

from .common import X, Y, epochs_in_words


def as_python(epochs: int, train: list[int], accumulate: int) -> str:
    batch = "(torch.full((n, 1), 2.0**k), torch.zeros(n, dtype=torch.int64))"
    return "\n".join(
        [
            "from grader.box.probes.training_loop import Loss, Model, Optimizer, Trace",
            "trace = Trace(); trace.note = lambda what, **details: print(what, details or '')",
            "model = Model(trace); opt = Optimizer(trace, model)",
            f"train_dl = [{batch} for k, n in enumerate({train})]",
            f"valid_dl = [{batch} for k, n in enumerate([1], {len(train)})]",
            f"fit({epochs}, model, Loss(trace), opt, train_dl, valid_dl, accumulate={accumulate})",
        ]
    )


def groups(train: list[int], k: int) -> list[list[int]]:
    """The numbers of the batches of each step."""
    return [list(range(i, min(i + k, len(train)))) for i in range(0, len(train), k)]


ROUNDING = 1e-5  # relative


def check(student, epochs: int, train: list[int], k: int) -> None:
    code = as_python(epochs, train, k)
    trace = student.run("story_of_fit", epochs, train, [1], accumulate=k, as_python=code)["trace"]
    steps = [details["gradient"] for what, details in trace if what == "step"]
    text = (
        f"accumulate={k}, {epochs_in_words(epochs)} of training batches of {', '.join(map(str, train))} items"
    )
    owed = groups(train, k) * epochs
    for i, (gradient, of) in enumerate(zip(steps, owed, strict=False)):
        right = sum(train[b] * 2.0**b for b in of) / sum(train[b] for b in of)
        what = f"{text}:\nthe gradient in step {i}, which is to be that of batches {of} joined,"
        require(gradient is not None, f"{what} is None")
        assert_close(gradient, right, what=what, atol=ROUNDING * right)
    require(len(steps) == len(owed), f"{text}: {len(steps)} steps were taken, expected {len(owed)}")


def fit_as_python(w: torch.Tensor, train: list, accumulate: int) -> str:
    """Code that runs the fit and prints w after each step, and the result."""
    return "\n".join(
        [
            "class Net(torch.nn.Module):",
            "    def __init__(self):",
            f"        super().__init__(); self.w = torch.nn.Parameter({literal(w)})",
            "    def forward(self, x): return x @ self.w + torch.arange(3) / 20",
            "class Descent:",
            "    def step(self):",
            "        with torch.no_grad(): model.w -= 0.3 * model.w.grad",
            "        print(model.w)",
            "    def zero_grad(self): model.w.grad = None",
            f"model = Net(); train_dl, valid_dl = {literal(train)}, {literal([[X, Y]])}",
            "cross_entropy = torch.nn.functional.cross_entropy",
            f"print(fit(2, model, cross_entropy, Descent(), train_dl, valid_dl, accumulate={accumulate}))",
        ]
    )
