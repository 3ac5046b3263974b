"""Cases, strategies and checks of test_fit_results.py."""

import torch

from grader.suite import Mismatch, assert_close, require
from grader.suite.source import literal


def batches(items: list, *sizes: int) -> list[list[torch.Tensor]]:
    """[x, y] of the items (a, b, target), in batches of these sizes; of one size if there is only one."""
    x = torch.tensor([i[:2] for i in items], dtype=torch.float32)
    y = torch.tensor([i[2] for i in items])
    cut = sizes[0] if len(sizes) == 1 else list(sizes)
    return [list(pair) for pair in zip(x.split(cut), y.split(cut), strict=True)]


def loader_as_python(name: str, passes: list) -> str:
    """Code for a loader; with more passes than one, the last of them is that of all later ones."""
    if len(passes) == 1:
        return f"{name} = {literal(passes[0])}"
    lines = [f"class Passes_{name}:", f"    passes = {literal(passes)}"]
    lines += ["    def __len__(self): return len(self.passes[0])", "    def __iter__(self):"]
    lines += ["        return iter(self.passes.pop(0) if len(self.passes) > 1 else self.passes[0])"]
    return "\n".join([*lines, f"{name} = Passes_{name}()"])


def fit(
    student, w, train: list, valid: list, epochs: int = 1, lr: float = 0.1, times: int = 1, **options
) -> dict:
    """The probe's report, with code for a student to paste; train, valid: a list of batches for each pass."""
    code = "\n".join(
        [
            "class Net(torch.nn.Module):",
            "    def __init__(self):",
            f"        super().__init__(); self.w = torch.nn.Parameter({literal(w)})",
            "    def forward(self, x): return x @ self.w + torch.arange(3) / 20",
            "class Descent:",
            "    def step(self):",
            f"        with torch.no_grad(): model.w -= {lr} * model.w.grad",
            "    def zero_grad(self): model.w.grad = None",
            f"model = Net(); train_dl = {literal(train[0])}",
            loader_as_python("valid_dl", valid),
            *[
                f"print(fit({epochs}, model, torch.nn.functional.cross_entropy, Descent(), train_dl, valid_dl))"
            ]
            * times,
        ]
    )
    fits = [{"epochs": epochs, "train": train, "valid": valid}] * times
    return student.run("train", w, fits, lr=lr, as_python=code, **options)


def check_result(result: object, w: torch.Tensor, valid: list, text: str) -> None:
    """The result is the mean loss and the share of right answers over all items of valid, with weights w."""
    if not isinstance(result, list) or len(result) != 2:
        raise Mismatch(f"{text}: fit has to return (loss, accuracy), but returned {literal(result)[:80]}")
    for name, value in zip(("loss", "accuracy"), result, strict=True):
        plain = isinstance(value, (int, float)) or (isinstance(value, torch.Tensor) and not value.dim())
        require(plain, f"{text}: the {name} has to be a float or a 0-d tensor, but is {literal(value)[:80]}")
    x, y = (torch.cat(parts) for parts in zip(*valid, strict=True))
    logits = x.double() @ w.double() + torch.arange(3, dtype=torch.float64) / 20
    best = logits.topk(2).values
    loss = torch.nn.functional.cross_entropy(logits, y)
    clear = bool((best[:, 0] - best[:, 1] > 1e-4).all())  # a tie may be broken either way
    share = (logits.argmax(1) == y).double().mean() if clear else result[1]
    assert_close(result[0], loss, what=f"{text}: the loss", atol=1e-5 * (1 + float(loss)))
    assert_close(result[1], share, what=f"{text}: the accuracy", atol=1e-6)


def in_words(valid: list, epochs: int = 1) -> str:
    first = "one epoch" if epochs == 1 else f"{epochs} epochs"
    return f"{first}, then validation on batches of {', '.join(str(len(x)) for x, _ in valid)} items"
