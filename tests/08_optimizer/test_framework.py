"""Optimizer by itself: which callbacks it calls, with what, and what it keeps of their answers.

The callbacks are the test's own and keep a log, so that no other function of the unit has to be right. A weaker suite
lets pass: state that is shared by all parameters, answers that replace the state (right for callbacks with one key),
answers that are merged after the last callback (right for one callback), hyper-parameters copied at the start.

A callback that counts returns {"n<i>": its calls for this parameter, "last": i}, i being its place in the list.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.source import literal

KINDS = ["counts", "silent", "empty"]


def script(grads, cbs=("counts",), *, groups=None, given=None, hypers=(("lr", 0.1),), writes=(), zero=False):
    """A script as the probe takes it.

    grads:  of each step, of each parameter, a number that fills the gradient, or None
    groups: their sizes (default: one group, of all)
    writes: [step, group, name, value]
    zero:   zero_grad after each step
    """
    return {
        "groups": list(groups or [len(grads[0])]),
        "given": given or ("groups" if groups else "list"),
        "cbs": list(cbs),
        "hypers": dict(hypers),
        "steps": [
            {"grads": list(step), "writes": [list(w[1:]) for w in writes if w[0] == k], "zero": zero}
            for k, step in enumerate(grads)
        ],
    }


@st.composite
def scripts(draw, kinds=KINDS, *, grouped=None, handed=("list",), always=False):
    """Scripts; they shrink to one step of one parameter with one callback. always: every parameter has gradients."""
    several = draw(st.booleans()) if grouped is None else grouped
    groups = draw(st.lists(st.integers(1, 2), min_size=2, max_size=3)) if several else None
    n = sum(groups) if groups else draw(st.integers(1, 3))
    gradient = st.sampled_from([1, 0] if always else [1, None, 0])
    steps = draw(st.lists(st.lists(gradient, min_size=n, max_size=n), min_size=1, max_size=4))
    write = st.tuples(
        st.integers(0, len(steps) - 1),
        st.integers(0, len(groups or [1]) - 1),
        st.sampled_from(["lr", "mom", "new"]),
        st.sampled_from([0.5, 0.0, 2]),
    )
    return script(
        steps,
        draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3)),
        groups=groups,
        given=None if several else draw(st.sampled_from(handed)),
        hypers={"lr": 0.1, "mom": draw(st.sampled_from([0.9, 0.0]))},
        writes=draw(st.lists(write, max_size=3)),
        zero=always and draw(st.booleans()),
    )


def in_code(s, names="abcdefgh", opt="opt", cb="cb", also=""):
    """The script as code: what comes before the steps, then each step. also: what else callbacks print."""
    names = names[: sum(s["groups"])]
    rest = iter(names)
    lists = [f"[{', '.join(next(rest) for _ in range(size))}]" for size in s["groups"]]
    params = {
        "list": lists[0],
        "generator": f"(p for p in {lists[0]})",
        "iterator": f"iter({lists[0]})",
        "tuple": f"tuple({lists[0]})",
        "groups": f"[{', '.join(lists)}]",
    }[s["given"]]
    lines = [f"{n} = torch.zeros(1, requires_grad=True)" for n in names]
    lines.append(f"{opt}_names = {{{', '.join(f'{n}: {n!r}' for n in names)}}}")
    for i, kind in enumerate(s["cbs"]):
        lines.append(f"def {cb}{i}(p, **known):\n    print('{cb}{i}', {opt}_names[p], known{also})")
        lines += [f"    return {{'n{i}': known.get('n{i}', 0) + 1, 'last': {i}}}"] if kind == "counts" else []
        lines += ["    return {}"] if kind == "empty" else []
        lines += ["    raise RuntimeError('on purpose')"] if kind == "raises" else []
    hypers = "".join(f", {k}={v!r}" for k, v in s["hypers"].items())
    lines.append(f"params, cbs = {params}, [{', '.join(f'{cb}{i}' for i in range(len(s['cbs'])))}]")
    lines.append(f"{opt} = Optimizer(params, cbs{hypers})")
    steps, kinds = [], {None: "None", 0: "torch.zeros(1)", 1: "torch.ones(1)"}
    for step in s["steps"]:
        block = [f"{opt}.hypers[{group}]['{name}'] = {value!r}" for group, name, value in step["writes"]]
        block.append("; ".join(f"{n}.grad = {kinds[g]}" for n, g in zip(names, step["grads"], strict=True)))
        steps.append("\n".join([*block, f"{opt}.step()" + f"; {opt}.zero_grad()" * step["zero"]]))
    return ["\n".join(lines), *steps]


def as_code(s, *more, **options):
    """The script as a program on the submission's module, which prints what callbacks are called with."""
    return "\n".join([*in_code(s, **options), *more])


def run(student, s, *more, **options):
    (report,) = student.run("scripted", [s], as_python=as_code(s, *more, **options))
    return report


def named(i):
    return "something that is no parameter" if i is None else f"parameter {'abcdefgh'[i]}"


def calls_of(report, step, param):
    return [call for call in report["calls"] if (call["step"], call["param"]) == (step, param)]


def group_of(s, param):
    return next(g for g in range(len(s["groups"])) if param < sum(s["groups"][: g + 1]))


def check_order(s, report):
    """At each step each parameter with a gradient is handed to each callback once, in order; no other one is. The
    gradients stay as they are."""
    stray = next((c for c in report["calls"] if c["param"] is None), None)
    require(stray is None, f"callback {stray and stray['cb']} was called with something that is no parameter")
    for k, step in enumerate(s["steps"]):
        for param, gradient in enumerate(step["grads"]):
            came = [call["cb"] for call in calls_of(report, k, param)]
            due = [] if gradient is None else list(range(len(s["cbs"])))
            whom = (
                f"{named(param)}, which has {'no gradient' if gradient is None else f'gradient {gradient}'}"
            )
            what = f"at step {k + 1} the callbacks {came} were called for {whom}"
            require(came == due, f"{what}; expected {due or 'none'}")
            after = report["grads"][k][param]
            require(
                after == gradient,
                f"after step {k + 1} the gradient of {named(param)} is {after}, not {gradient}",
            )


def check_hypers(s, report):
    """Callbacks are called with what was in their group's hypers at that step."""
    hypers = [dict(s["hypers"]) for _ in s["groups"]]
    for k, step in enumerate(s["steps"]):
        for group, name, value in step["writes"]:
            hypers[group][name] = value
        for param in range(sum(s["groups"])):
            group = group_of(s, param)
            for call in calls_of(report, k, param):
                for name in ("lr", "mom", "new"):
                    check_known(call, name, hypers[group].get(name), k, f"{named(param)} in group {group}")
    n, many = len(report["hypers"]), len(s["groups"])
    require(n == many, f"opt.hypers has {n} entries, expected {many}: one for each group")
    for group, (came, due) in enumerate(zip(report["hypers"], hypers, strict=True)):
        wrong = next((n for n in due if came.get(n) != due[n]), None)
        require(wrong is None, f"in the end opt.hypers[{group}] is {literal(came)}, expected {literal(due)}")


def check_known(call, name, due, k, whom):
    came = call["known"].get(name)
    said = "without" if came is None else f"with {name}={literal(came)}, not"
    what = f"at step {k + 1} callback {call['cb']} was called for {whom} {said}"
    require(came == due, f"{what} {name}={literal(due)}" if due is not None else f"{what} without {name}")


def check_state(s, report):
    """A counting callback has been called at each of a parameter's steps before, and this time by those in front."""
    counting = [i for i, kind in enumerate(s["cbs"]) if kind == "counts"]
    for param in range(sum(s["groups"])):
        past = 0
        for k, step in enumerate(s["steps"]):
            for call in calls_of(report, k, param):
                for i in counting:
                    times = past + (i < call["cb"])
                    check_known(call, f"n{i}", times or None, k, named(param))
                in_front = [i for i in counting if i < call["cb"]] or (counting if past else [])
                check_known(call, "last", in_front[-1] if in_front else None, k, named(param))
            past += step["grads"][param] is not None


@points(
    2,
    function="Optimizer",
    hint="A loop over parameters, in it one over callbacks. Parameters themselves, not p.data.",
)
@few_examples(12)
@given(s=scripts())
@example(s=script([[1]], ["silent"]))
@example(s=script([[0]], ["silent"]))
@example(s=script([[1, 1]] * 2, ["silent", "counts", "empty"]))
def test_order_of_callbacks(student, s):
    """At each step each parameter with a gradient is handed to each callback once, in the order of the list"""
    check_order(s, run(student, s))


@points(
    3,
    function="Optimizer",
    hint="Merge an answer into the state before the next callback; a state for each parameter.",
)
@few_examples(12)
@given(s=scripts(always=True))
@example(s=script([[1], [1], [1]]))
@example(s=script([[1], [1]], ["counts", "counts"]))
@example(s=script([[1, 1], [1, 1]], ["counts", "silent", "counts"]))
@example(s=script([[1], [1]], ["counts", "empty", "silent"]))
@example(s=script([[1], [1]], zero=True))
def test_state(student, s):
    """What a callback returns is in this parameter's state, and a keyword of the next call for it, at once and later"""
    report = run(student, s)
    check_order(s, report)
    check_state(s, report)


@points(2, function="Optimizer", hint="Is p.grad None? Then nothing at all happens to p and its state.")
@few_examples(12)
@given(s=scripts())
@example(s=script([[None]]))
@example(s=script([[None, 1], [1, 1], [None, 1]]))
@example(s=script([[1, None], [None, 1], [0, 1]], ["counts", "counts"]))
def test_passed_over_without_gradient(student, s):
    """A parameter without a gradient is passed over: no callback is called, its state waits for the next gradient"""
    report = run(student, s)
    check_order(s, report)
    check_state(s, report)


@points(
    2,
    function="Optimizer",
    hint="Look the hyper-parameters up at each step, in self.hypers, where others write them.",
)
@few_examples(12)
@given(s=scripts(grouped=False, always=True))
@example(s=script([[1]], ["silent"]))
@example(s=script([[1], [1]], ["silent"], writes=[[1, 0, "lr", 0.5]]))
@example(s=script([[1], [1]], ["silent"], writes=[[1, 0, "lr", 0.0], [1, 0, "new", 2]]))
def test_hypers(student, s):
    """Hyper-parameters are keywords of every callback, as opt.hypers[0] has them at that step"""
    check_hypers(s, run(student, s))


@points(2, function="Optimizer", hint="One dict for each group, not one dict in each place of the list.")
@few_examples(12)
@given(s=scripts(grouped=True))
@example(s=script([[1, 1]], ["silent"], groups=[1, 1]))
@example(s=script([[1, 1], [1, 1]], ["silent"], groups=[1, 1], writes=[[1, 1, "lr", 0.5]]))
@example(s=script([[1, 1, 1], [1, 1, 1]], groups=[1, 2], writes=[[0, 0, "lr", 0.0], [1, 1, "new", 2]]))
def test_groups(student, s):
    """Given lists of parameters, each is a group with a dict of its own in opt.hypers, which its parameters go by"""
    report = run(student, s)
    check_order(s, report)
    check_hypers(s, report)
    check_state(s, report)
