"""Cases, strategies and checks of test_framework_keeps.py."""

import torch

from grader.suite import require
from grader.suite.source import literal

HOW = {
    "plain": "{0}.grad = torch.autograd.grad(({0}**3).sum(), {0})[0]",
    "history": "{0}.grad = torch.autograd.grad(({0}**3).sum(), {0}, create_graph=True)[0]",
}
HOW["frozen"] = HOW["plain"] + "; {0}.requires_grad_(False)"


def zeroing_code(values, how, groups):
    names = "abcdefgh"[: len(values)]
    lines = [f"{n} = {literal(v.clone().requires_grad_())}" for n, v in zip(names, values, strict=True)]
    given = f"(p for p in [{', '.join(names)}])"
    if groups is not None:
        given = f"[{', '.join('[' + ', '.join(names[i] for i in group) + ']' for group in groups)}]"
    lines.append(f"opt = Optimizer({given}, [], lr=1.0)")
    lines += [HOW[way].format(n) for n, way in zip(names, how, strict=True)]
    return "\n".join([*lines, "opt.zero_grad()", ", ".join(f"{n}.grad" for n in names)])


def check_zeroed(student, how: list[str], grouped: bool) -> None:
    """how: as the probe takes it, for each parameter. grouped: each is a group of its own."""
    values = [torch.tensor([1.0, 2.0 + i]) for i in range(len(how))]
    groups = [[i] for i in range(len(how))] if grouped else None
    report = student.run("zero_grads", values, how, groups, as_python=zeroing_code(values, how, groups))
    for name, way, value, after in zip("abcdefgh", how, values, report, strict=False):
        name, gradient = name + (", which is frozen by now," if way == "frozen" else ""), after["grad"]
        zero = gradient is None or (gradient.shape == value.shape and not gradient.any())
        require(
            zero, f"after zero_grad the gradient of {name} is {literal(gradient)}, expected zeros or None"
        )
        require(not after["history"], f"after zero_grad the gradient of {name} has a history in autograd")
        require(torch.equal(after["p"], value), f"zero_grad changed {name} itself to {literal(after['p'])}")


def check_counted(student, parameters: int, optimizers: int, in_words: str, frozen: bool = False) -> None:
    last: dict[tuple[int, int], int] = {}
    entries = student.run("counted", parameters, optimizers, 3, frozen)
    require(
        len(entries) == 3 * parameters * optimizers,
        f"{in_words}, in 3 steps the callback was called {len(entries)} times, not {3 * parameters * optimizers}",
    )
    for call, (opt, which, step, found) in enumerate(entries, 1):
        due = last.get((opt, which))
        require(
            found == due,
            f"{in_words}, at step {step} optimizer {opt} hands step={found} to the callback for parameter {which}; "
            f"there, {due if due else 'no'} number was returned the last time",
        )
        last[opt, which] = call
