"""Cases, strategies and checks of test_fit.py."""

import torch
from hypothesis import strategies as st

from grader.suite import assert_close, require
from grader.suite.source import literal

from .common import epochs_in_words


def run(epochs: int = 1, train: tuple = (2,), valid: tuple = (2,)) -> dict:
    return {"epochs": epochs, "train": list(train), "valid": list(valid)}


def story(student, r: dict) -> tuple[list, dict]:
    """The trace of a fit, without what is not judged, and the whole report."""
    batch = "(torch.full((n, 1), 2.0**k), torch.zeros(n, dtype=torch.int64))"
    code = "\n".join(
        [
            "from grader.box.probes.training_loop import Loss, Model, Optimizer, Trace",
            "trace = Trace(); trace.note = lambda what, **details: print(what, details or '')",
            "model = Model(trace).eval(); opt = Optimizer(trace, model)",
            f"train_dl = [{batch} for k, n in enumerate({r['train']})]",
            f"valid_dl = [{batch} for k, n in enumerate({r['valid']}, {len(r['train'])})]",
            f"fit({r['epochs']}, model, Loss(trace), opt, train_dl, valid_dl)",
        ]
    )
    report = student.run("story_of_fit", r["epochs"], r["train"], r["valid"], as_python=code)
    return [e for e in report["trace"] if e[0] in ("forward", "backward", "step", "draw", "drawn")], report


def in_words(r: dict) -> str:
    return f"{epochs_in_words(r['epochs'])}, training batches of {r['train']} items, validation batches of {r['valid']}"


def batch_name(k: int, r: dict) -> str:
    n = len(r["train"])
    return f"training batch {k}" if k < n else f"validation batch {k - n}"


def batches(items: list, size: int) -> list[list[torch.Tensor]]:
    """[x, y] of the items (a, b, target), cut into batches of that size."""
    x = torch.tensor([i[:2] for i in items], dtype=torch.float32)
    y = torch.tensor([i[2] for i in items])
    return [list(pair) for pair in zip(x.split(size), y.split(size), strict=True)]


number = st.integers(-2, 2)
item = st.tuples(number, number, st.integers(0, 2))


@st.composite
def one_pass(draw: st.DrawFn) -> list[list[torch.Tensor]]:
    """One to three batches of two or three items, the last of which may be smaller, but not of one item."""
    sizes = draw(st.sampled_from([[2], [3], [2, 2], [3, 2], [2, 2, 2]]))
    n = sum(sizes)
    return batches(draw(st.lists(item, min_size=n, max_size=n)), sizes[0])


passes = st.lists(one_pass(), min_size=1, max_size=2)
SIX = [(1, 0, 0), (0, 1, 2), (2, -1, 1), (-1, 1, 0), (1, 1, 2), (-2, 0, 1)]
LOSSES = {
    "cross_entropy": (torch.nn.functional.cross_entropy, "torch.nn.functional.cross_entropy"),
    "squared": (
        lambda p, y: (p - y[:, None]).square().mean(),
        "lambda p, y: (p - y[:, None]).square().mean()",
    ),
}


def loader_as_python(name: str, passes: list) -> str:
    """Code for a loader; with more passes than one, the last of them is that of all later ones."""
    if len(passes) == 1:
        return f"{name} = {literal(passes[0])}"
    lines = [f"class Passes_{name}:", f"    passes = {literal(passes)}"]
    lines += ["    def __len__(self): return len(self.passes[0])", "    def __iter__(self):"]
    lines += ["        return iter(self.passes.pop(0) if len(self.passes) > 1 else self.passes[0])"]
    return "\n".join([*lines, f"{name} = Passes_{name}()"])


def as_python(
    w: torch.Tensor, epochs: int, train: list, valid: list, lr: float, loss: str, times: int
) -> str:
    """Code that runs the fit and prints w after each step."""
    return "\n".join(
        [
            "class Net(torch.nn.Module):",
            "    def __init__(self):",
            f"        super().__init__(); self.w = torch.nn.Parameter({literal(w)})",
            "    def forward(self, x): return x @ self.w + torch.arange(3) / 20",
            "class Descent:",
            "    def step(self):",
            f"        with torch.no_grad(): model.w -= {lr} * model.w.grad",
            "        print(model.w)",
            "    def zero_grad(self): model.w.grad = None",
            "model = Net()",
            loader_as_python("train_dl", train),
            f"valid_dl = {literal(valid)}",
            *[f"fit({epochs}, model, {LOSSES[loss][1]}, Descent(), train_dl, valid_dl)"] * times,
        ]
    )


def path_of(w: torch.Tensor, seen: list, lr: float, loss: str) -> list[torch.Tensor]:
    """w after each step on these batches, by autograd and torch.optim in float64."""
    w = w.double().requires_grad_()
    opt = torch.optim.SGD([w], lr=lr)
    path = []
    for x, y in seen:
        logits = x.double() @ w + torch.arange(3, dtype=torch.float64) / 20
        (w.grad,) = torch.autograd.grad(LOSSES[loss][0](logits, y), w)
        opt.step()
        path.append(w.detach().clone())
    return path


def check_path(student, w, train: list, lr: float, loss: str, epochs: int, times: int = 1) -> None:
    """train: a list of batches for each pass; the last one is for all later passes, too."""
    valid = [batches(SIX[:2], 2)]
    code = as_python(w, epochs, train, valid[0], lr, loss, times)
    fits = [{"epochs": epochs, "train": train, "valid": valid}] * times
    got = student.run("train", w, fits, lr=lr, loss=loss, as_python=code)
    seen = [b for _ in range(times) for e in range(epochs) for b in train[min(e, len(train) - 1)]]
    expected = path_of(w, seen, lr, loss)
    text = f"{'a fit' if times == 1 else f'{times} fits'} of {epochs_in_words(epochs)}, lr {lr}, {loss}"
    require(len(got["path"]) == len(expected), f"{text}: {len(got['path'])} steps, expected {len(expected)}")
    for k, (one, other) in enumerate(zip(got["path"], expected, strict=True)):
        size = 1 + float(other.abs().max())
        assert_close(one, other, what=f"{text}: w after step {k}", atol=1e-5 * size * (k + 1))
    assert_close(got["w"], expected[-1], what=f"{text}: w after all", atol=1e-5 * size * len(expected))
