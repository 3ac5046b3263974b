"""fit as a story: which batch meets which mode, what each step finds in .grad, and the weights after each step.

A weaker suite lets pass: gradients that add up from batch to batch ("the loss went down"), a return in the loop over
epochs, a model that stays in eval mode from the second epoch on, an opt or a lr that is not the one passed.
In the stories training batch k has x = 2^k: the mean of x, which is the loss's gradient, tells the batches in it.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require
from grader.suite.source import literal
from grader.suite.strategies import tensors

sizes = st.lists(st.integers(1, 3), min_size=1, max_size=3)
runs = st.fixed_dictionaries({"epochs": st.integers(1, 3), "train": sizes, "valid": sizes})


def run(epochs: int = 1, train: tuple = (1,), valid: tuple = (1,)) -> dict:
    return {"epochs": epochs, "train": list(train), "valid": list(valid)}


def story(student, r: dict) -> tuple[list, dict]:
    """The trace of a fit, without what is not judged, and the whole report."""
    batch = "(torch.full((n, 1), 2.0**k, dtype=torch.float64), torch.zeros(n, dtype=torch.int64))"
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


def epochs_told(n: int) -> str:
    return "one epoch" if n == 1 else f"{n} epochs"


def told(r: dict) -> str:
    return f"{epochs_told(r['epochs'])}, training batches of {r['train']} items, validation batches of {r['valid']}"


def batch_name(k: int, r: dict) -> str:
    n = len(r["train"])
    return f"training batch {k}" if k < n else f"validation batch {k - n}"


@points(
    2, function="fit", hint="Which of the six lines belong to a batch, which to an epoch, which to the whole?"
)
@few_examples(12)
@given(r=runs)
@example(r=run())
@example(r=run(train=(1, 1)))
@example(r=run(epochs=2, train=(2, 1), valid=(1, 1)))
def test_order(student, r):
    """Each epoch trains on every batch, with one step a batch, and then goes over the validation batches"""
    trace, _ = story(student, r)
    n, m = len(r["train"]), len(r["valid"])
    called = {"forward": "the model called on {}", "step": "a step"}
    got = [
        called[what].format(batch_name(details.get("batch", 0), r))
        for what, details in trace
        if what in called
    ]
    # A batch on which the model is called twice in a row is unusual, but not wrong.
    got = [word for k, word in enumerate(got) if k == 0 or word != got[k - 1] or word == "a step"]
    epoch = [w for k in range(n) for w in (f"the model called on {batch_name(k, r)}", "a step")]
    epoch += [f"the model called on {batch_name(n + k, r)}" for k in range(m)]
    for k, (one, other) in enumerate(zip([*got, "the end"], [*epoch * r["epochs"], "the end"], strict=False)):
        before = f"after {got[k - 1]}" if k else "at first"
        require(one == other, f"{told(r)}:\n{before} (moment {k}) came {one}, expected {other}")


@points(2, function="fit", hint="backward() adds to .grad: what has to happen between two batches?")
@few_examples(12)
@given(r=runs)
@example(r=run(train=(1, 1)))
@example(r=run(epochs=2, train=(1,)))
@example(r=run(epochs=2, train=(2, 1)))
def test_gradient_of_each_step(student, r):
    """Each step is taken with the gradient of its batch alone"""
    trace, _ = story(student, r)
    steps = [details["gradient"] for what, details in trace if what == "step"]
    require(bool(steps), f"{told(r)}:\nopt.step() was never called")
    for i, gradient in enumerate(steps):
        k = i % len(r["train"])
        text = f"{told(r)}:\nstep {i}, on training batch {k}, "
        require(gradient is not None, f"{text}was taken without a gradient")
        clean = abs(gradient - 2.0**k) < 1e-9
        others = "" if clean or gradient < 2.0**k else ": that of another batch is still in it"
        require(clean, f"{text}was taken with the gradient {gradient:g}, expected {2.0**k:g}{others}")


@points(
    2, function="fit", hint="model.train() and model.eval(): where do they stand, if there is a second epoch?"
)
@few_examples(12)
@given(r=runs)
@example(r=run())
@example(r=run(epochs=2))
@example(r=run(train=(1, 1), valid=(1, 1)))
def test_modes(student, r):
    """Training runs in train mode, validation in eval mode, in each epoch, whatever mode the model comes in"""
    trace, _ = story(student, r)
    steps = 0
    for what, details in trace:
        steps += what == "step"
        if what == "forward":
            training = details["batch"] < len(r["train"])
            modes = ["eval", "train"]
            require(
                details["training"] is training,
                f"{told(r)}:\n(steps so far: {steps}) on {batch_name(details['batch'], r)}, the model was in "
                f"{modes[details['training']]} mode, expected {modes[training]} mode",
            )


@points(2, function="fit", hint="with torch.no_grad(): around what?")
@few_examples(12)
@given(r=runs)
@example(r=run())
@example(r=run(epochs=2, valid=(2, 1)))
def test_validation_without_grad(student, r):
    """Validation computes no gradients and goes back through nothing; afterwards gradients are on as before"""
    trace, report = story(student, r)
    last = -1
    for what, details in trace:
        if what == "forward":
            last = details["batch"]
            off = last < len(r["train"]) or not details["grad"]
            require(off, f"{told(r)}:\nthe model was called on {batch_name(last, r)} while gradients were on")
        if what == "backward":
            require(last < len(r["train"]), f"{told(r)}:\na backward pass ran on {batch_name(last, r)}")
    require(report["grad_enabled"], f"{told(r)}:\nafter fit, gradients are off for everybody")


def batches(items: list, size: int) -> list[list[torch.Tensor]]:
    """[x, y] of the items (a, b, target), cut into batches of that size."""
    x = torch.tensor([i[:2] for i in items], dtype=torch.float64)
    y = torch.tensor([i[2] for i in items])
    return [list(pair) for pair in zip(x.split(size), y.split(size), strict=True)]


number = st.integers(-2, 2)
items = st.lists(st.tuples(number, number, st.integers(0, 2)), min_size=1, max_size=4)
passes = st.lists(st.builds(batches, items, st.integers(1, 3)), min_size=1, max_size=2)
weights = tensors((2, 3), dtype=torch.float64, magnitude=2.0)
W = torch.tensor([[0.5, -0.5, 0.0], [0.0, 1.0, -1.0]], dtype=torch.float64)
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
    """w after each step on these batches, by autograd and torch.optim."""
    w = w.clone().requires_grad_()
    opt = torch.optim.SGD([w], lr=lr)
    path = []
    for x, y in seen:
        logits = x @ w + torch.arange(3, dtype=torch.float64) / 20
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
    text = f"{'a fit' if times == 1 else f'{times} fits'} of {epochs_told(epochs)}, lr {lr}, {loss}"
    require(len(got["path"]) == len(expected), f"{text}: {len(got['path'])} steps, expected {len(expected)}")
    for k, (one, other) in enumerate(zip(got["path"], expected, strict=True)):
        size = 1 + float(other.abs().max())
        assert_close(one, other, what=f"{text}: w after step {k}", atol=1e-9 * size * (k + 1))
    assert_close(got["w"], expected[-1], what=f"{text}: w after all", atol=1e-9 * size * len(expected))


@points(
    3, function="fit", hint="model, loss_func and opt are the arguments, not what the module happens to have."
)
@given(
    w=weights,
    train=passes,
    lr=st.sampled_from([0.5, 0.1, 0.02]),
    loss=st.sampled_from(list(LOSSES)),
    epochs=st.integers(1, 3),
)
@example(w=W, train=[batches(SIX[:1], 1)], lr=0.5, loss="cross_entropy", epochs=1)
@example(w=W, train=[batches(SIX, 2)], lr=0.5, loss="cross_entropy", epochs=2)
@example(w=W, train=[batches(SIX, 4)], lr=0.1, loss="squared", epochs=2)
@example(w=W, train=[batches(SIX, 3), batches(SIX[::-1], 3)], lr=0.1, loss="cross_entropy", epochs=2)
def test_trajectory(student, w, train, lr, loss, epochs):
    """After each step the weights are those of gradient descent by torch, with the loss and the lr given"""
    check_path(student, w, train, lr, loss, epochs)


@points(1, function="fit", hint="What does a fit remember of the one before?")
@given(w=weights, train=passes, epochs=st.integers(1, 2))
@few_examples(8)
@example(w=W, train=[batches(SIX, 2)], epochs=1)
def test_second_fit(student, w, train, epochs):
    """A second fit goes on from the weights that the first one left"""
    check_path(student, w, train[:1], 0.1, "cross_entropy", epochs, times=2)
