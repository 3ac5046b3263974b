"""Cases, strategies and checks of test_equations.py."""

import itertools

import torch
from hypothesis import strategies as st

from grader.suite import Mismatch, assert_close, require
from grader.suite.source import literal

F64 = torch.float64
numbers = st.integers(-12, 12).map(lambda k: k / 4)


def f64(values):
    return torch.tensor(values, dtype=F64)


@st.composite
def walks(draw, most=4):
    """(p, gradients): two entries, and one to four different gradients for them."""
    pairs = st.lists(numbers, min_size=2, max_size=2)
    return draw(pairs), draw(st.lists(pairs, min_size=1, max_size=most))


def by_torch(kind, start, grads, *, before=None, **hypers):
    """(p, what torch keeps of it) after each step of torch's optimizer. before: is given (opt, i) before step i."""
    p = start.clone().requires_grad_()
    opt, states = kind([p], **hypers), []
    for i, grad in enumerate(grads):
        p.grad = grad.clone()
        if before is not None:
            before(opt, i)
        opt.step()
        kept = {k: v.clone() for k, v in opt.state[p].items() if isinstance(v, torch.Tensor)}
        states.append((p.detach().clone(), kept))
    return states


def moving(grads, beta):
    """The moving average, from 0 on, after each gradient: the one that torch's Adam keeps."""
    states = by_torch(torch.optim.Adam, torch.zeros_like(grads[0]), grads, betas=(beta, 0.5))
    return [kept["exp_avg"] for _, kept in states]


def debiased(grads, beta):
    """The same, debiased: that by which torch's Adam steps where its denominator, next to lr, is the same for all."""
    states = by_torch(
        torch.optim.Adam, torch.zeros_like(grads[0]), grads, lr=1e12, eps=1e12, betas=(beta, 0.5)
    )
    places = [torch.zeros_like(grads[0]), *[p for p, _ in states]]
    return [old - new for old, new in itertools.pairwise(places)]


def shares_so_far(steps, beta):
    """What the average of so many ones has come to after each: how much of it is there yet."""
    return [float(a) for a in moving([torch.ones((), dtype=F64)] * steps, beta)]


def sgd(start, grads, lr):
    return [[p] for p, _ in by_torch(torch.optim.SGD, start, grads, lr=lr)]


def momentum(start, grads, lr, beta, dampened=True):
    # torch's buffer begins as the first gradient, undampened: let that be one of 0
    hypers = {"lr": lr, "momentum": beta, "dampening": beta if dampened else 0.0}
    states = by_torch(torch.optim.SGD, start, [torch.zeros_like(start), *grads], **hypers)[1:]
    return [[p, kept.get("momentum_buffer", g)] for (p, kept), g in zip(states, grads, strict=True)]


def rms_prop(start, grads, lr, alpha, eps, whole=False):
    part = (
        (1 - alpha) ** 0.5 if whole else 1.0
    )  # an average that is 1 / part² as large: lr and eps make up for it
    states = by_torch(torch.optim.RMSprop, start, grads, lr=lr * part, alpha=alpha, eps=eps * part)
    return [[p, kept["square_avg"] / part**2] for p, kept in states]


def adam(start, grads, lr, beta1, beta2, eps, kind=torch.optim.Adam, convert=None, ahead=0):
    """convert: (lr, eps) of a step, out of lr, eps and how much of both averages is there. ahead: in torch's count."""
    parts = zip(*(shares_so_far(len(grads), b) for b in (beta1, beta2)), strict=True)
    due = [convert(lr, eps, avg, sqr**0.5) if convert else (lr, eps) for avg, sqr in parts]

    def before(opt, i):
        group = opt.param_groups[0]
        group["lr"], group["eps"] = due[i]
        if i == 0 and ahead:
            (p,) = group["params"]
            zeros = {name: torch.zeros_like(p) for name in ("exp_avg", "exp_avg_sq")}
            opt.state[p] = {"step": torch.tensor(float(ahead)), **zeros}

    states = by_torch(kind, start, grads, before=before, betas=(beta1, beta2))
    return [[p, kept["exp_avg"], kept["exp_avg_sq"]] for p, kept in states]


def radam(start, grads, lr, beta1, beta2, eps):
    # torch adds eps before it debiases the root
    rule = {"kind": torch.optim.RAdam, "convert": lambda lr, eps, avg, root: (lr, eps * root)}
    return adam(start, grads, lr, beta1, beta2, eps, **rule)


def ada_belief(start, grads, lr, beta1, beta2, eps):
    p, avg, sqr_avg, steps = start, torch.zeros_like(start), torch.zeros_like(start), []
    for t, grad in enumerate(grads, 1):
        avg = beta1 * avg + (1 - beta1) * grad
        sqr_avg = beta2 * sqr_avg + (1 - beta2) * (grad - avg) ** 2
        p = p - lr * avg / (1 - beta1**t) / ((sqr_avg / (1 - beta2**t)) ** 0.5 + eps)
        steps.append([p, avg, sqr_avg])
    return steps


def lion(start, grads, lr, beta1, beta2, eps):
    p, avg, steps = start, torch.zeros_like(start), []
    for grad in grads:
        p = p - lr * (beta1 * avg + (1 - beta1) * grad).sign()
        avg = beta2 * avg + (1 - beta2) * grad
        steps.append([p, avg, torch.zeros_like(start)])
    return steps


RECENT = {"RAdam": radam, "AdaBelief": ada_belief, "Lion": lion}


def check_recent(student, name, drawn, hypers, kept):
    """The equation goes where one of RECENT goes, at every step. Raises Mismatch with what the nearest of them does."""
    start, grads = f64(drawn[0]), [f64(g) for g in drawn[1]]
    came = walk(student, name, start, grads, hypers, kept, True)
    nearest, most = "RAdam", -1
    for who, rule in RECENT.items():
        expected = rule(start, grads, **hypers)
        right = next(
            (k for k in range(len(grads)) if not goes(came[: k + 1], expected[: k + 1], name, kept)), None
        )
        if right is None:
            return
        nearest, most = (who, right) if right > most else (nearest, most)
    said = f"{name} is none of {', '.join(RECENT)}. It is nearest to {nearest}"
    try:
        check(student, name, RECENT[nearest], drawn, hypers, kept, True)
    except Mismatch as mismatch:
        raise Mismatch(f"{said}: {mismatch}") from None


def goes(came, expected, name, kept):
    try:
        compare(came, expected, name, kept)
    except Mismatch:
        return False
    return True


def as_code(name, kept, start, grads, hypers, counted):
    options = ", ".join(f"{k}={v!r}" for k, v in hypers.items())
    lines = [f"{n} = {literal(v)}" for n, v in zip(kept, start, strict=True)]
    for i, grad in enumerate(grads):
        inside = ", ".join([kept[0], literal(grad), *kept[1:], *([str(i)] if counted else [])])
        lines.append(f"{', '.join(kept)} = {name}({inside}, {options})")
    return "\n".join([*lines, ", ".join(kept)])


def walk(student, name, p, grads, hypers, kept, counted):
    start = [p, *[torch.zeros_like(p) for _ in kept[1:]]]
    code = as_code(name, kept, start, grads, hypers, counted)
    return student.run("walk", name, start, grads, hypers, counted, as_python=code)


def check(student, name, rule, drawn, hypers, kept=("p",), counted=False, slips=()):
    """The equation `name` goes where `rule` goes. slips: (what is said, the rule's option) for well-known ones."""
    start, grads = f64(drawn[0]), [f64(g) for g in drawn[1]]
    came = walk(student, name, start, grads, hypers, kept, counted)
    try:
        compare(came, rule(start, grads, **hypers), name, kept)
    except Mismatch as mismatch:
        for in_words, slip in slips:
            try:
                compare(came, rule(start, grads, **hypers, **slip), name, kept)
            except Mismatch:
                continue
            raise Mismatch(f"{mismatch}\n{in_words}") from None
        if counted and not came[0][0].isfinite().all():
            raise Mismatch(f"{mismatch}\nAt the first step i is 0: what is divided by then?") from None
        if rule is radam and too_early(rule, start, grads, hypers, came):
            raise Mismatch(
                f"{mismatch}\nAt that step ρ is not above 5 yet: there is no denominator."
            ) from None
        if "eps" in hypers and eps_counts_by_its_root(student, name, hypers, kept, counted):
            raise Mismatch(f"{mismatch}\nWhere gradients are tiny, eps is inside the root.") from None
        raise


def too_early(rule, start, grads, hypers, came):
    """Whether the first step that goes elsewhere is one at which eps has no say in where it has to go."""
    pairs = zip(
        rule(start, grads, **hypers), rule(start, grads, **{**hypers, "eps": 7.0}), came, strict=False
    )
    for due, other, got in pairs:
        if not torch.allclose(due[0], got[0], rtol=1e-5, atol=1e-5):
            return bool(torch.equal(due[0], other[0]))
    return False


def compare(came, expected, name, kept):
    in_words = (
        f"{name} has to return {', '.join(kept)}"
        if len(kept) == 1
        else f"{name} has to return ({', '.join(kept)})"
    )
    for k, want in enumerate(expected):
        got = came[k] if k < len(came) else []
        if isinstance(got, str):
            raise Mismatch(f"{in_words}, but returned {worded(got)}")
        require(len(got) == len(want), f"{in_words}, but returned {len(got)} of them")
        strange = next(((what, t) for what, t in zip(kept, got, strict=True) if isinstance(t, str)), None)
        require(
            strange is None,
            f"{in_words} as tensors, but {strange and strange[0]} was {strange and worded(strange[1])}",
        )
        for what, g, w in zip(kept, got, want, strict=True):
            size = float(w.abs().max()) if w.isfinite().all() else 1.0
            assert_close(g, w, what=f"after step {k + 1}, {what}", atol=1e-5 * (1 + size))


def worded(kind):
    """The name of a class that came instead of what was asked for, in words."""
    return "None (is a return missing?)" if kind == "NoneType" else f"something of class {kind}"


def eps_counts_by_its_root(student, name, hypers, kept, counted):
    """Whether an eps that is four times as large halves the first step of a tiny gradient, instead of quartering it."""
    moved = []
    for eps in (1.0, 4.0):
        came = walk(student, name, f64([0.0]), [f64([1e-9])], {**hypers, "eps": eps}, kept, counted)
        p = came[0][0] if came and isinstance(came[0], list) and came[0] else None
        moved.append(float(p) if isinstance(p, torch.Tensor) and p.numel() == 1 else 0.0)
    return moved[1] != 0 and abs(moved[0] / moved[1] - 2) < 0.01


def slip(in_words, convert):
    return f"That is what it is {in_words}.", {"convert": convert}
