"""Optimizer by itself: which callbacks it calls, with what, and what it keeps of their answers.

The callbacks are the test's own and keep a log, so that no other function of the unit has to be right. A weaker suite
lets pass: state that is shared by all parameters, answers that replace the state (right for callbacks with one key),
answers that are merged after the last callback (right for one callback), hyper-parameters copied at the start.

A callback that counts returns {"n<i>": its calls for this parameter, "last": i}, i being its place in the list.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few, points, require
from grader.suite.literal import literal

KINDS = ["counts", "silent", "empty"]


def script(has, cbs=("counts",), *, groups=None, given=None, hypers=(("lr", 0.1),), writes=()):
    """A script as the probe takes it. has: of each step, of each parameter, whether there is a gradient (0 or 1).

    groups: their sizes (default: one group, of all); writes: [step, group, name, value]
    """
    return {
        "groups": list(groups or [len(has[0])]),
        "given": given or ("groups" if groups else "list"),
        "cbs": list(cbs),
        "hypers": dict(hypers),
        "steps": [
            {"has": [bool(h) for h in step], "writes": [list(w[1:]) for w in writes if w[0] == k]}
            for k, step in enumerate(has)
        ],
    }


@st.composite
def scripts(draw, kinds=KINDS, *, grouped=None, handed=("list",), always=False):
    """Scripts; they shrink to one step of one parameter with one callback. always: every parameter has gradients."""
    several = draw(st.booleans()) if grouped is None else grouped
    groups = draw(st.lists(st.integers(1, 2), min_size=2, max_size=3)) if several else None
    n = sum(groups) if groups else draw(st.integers(1, 3))
    gradient = st.just(1) if always else st.integers(0, 1).map(lambda h: 1 - h)
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
    )


def as_code(s):
    names = "abcdefgh"[: sum(s["groups"])]
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
    lines.append(f"names = {{{', '.join(f'{n}: {n!r}' for n in names)}}}")
    for i, kind in enumerate(s["cbs"]):
        lines.append(f"def cb{i}(p, **known):\n    print('cb{i}', names[p], known)")
        lines += [f"    return {{'n{i}': known.get('n{i}', 0) + 1, 'last': {i}}}"] if kind == "counts" else []
        lines += ["    return {}"] if kind == "empty" else []
        lines += ["    raise RuntimeError('on purpose')"] if kind == "raises" else []
    hypers = "".join(f", {k}={v!r}" for k, v in s["hypers"].items())
    lines.append(f"opt = Optimizer({params}, [{', '.join(f'cb{i}' for i in range(len(s['cbs'])))}]{hypers})")
    for step in s["steps"]:
        lines += [f"opt.hypers[{group}]['{name}'] = {value!r}" for group, name, value in step["writes"]]
        grads = zip(names, step["has"], strict=True)
        lines.append("; ".join(f"{n}.grad = {'torch.ones(1)' if has else 'None'}" for n, has in grads))
        lines.append("opt.step()")
    return "\n".join(lines)


def run(student, s):
    (report,) = student.run("scripted", [s], as_python=as_code(s))
    return report


def named(i):
    return "something that is no parameter" if i is None else f"parameter {'abcdefgh'[i]}"


def calls_of(report, step, param):
    return [call for call in report["calls"] if (call["step"], call["param"]) == (step, param)]


def group_of(s, param):
    return next(g for g in range(len(s["groups"])) if param < sum(s["groups"][: g + 1]))


def check_order(s, report):
    """At each step each parameter with a gradient is handed to each callback once, in order; no other one is."""
    stray = next((c for c in report["calls"] if c["param"] is None), None)
    require(stray is None, f"callback {stray and stray['cb']} was called with something that is no parameter")
    for k, step in enumerate(s["steps"]):
        for param, has in enumerate(step["has"]):
            came = [call["cb"] for call in calls_of(report, k, param)]
            due = list(range(len(s["cbs"]))) if has else []
            gradient = "which has a gradient" if has else "which has no gradient"
            require(
                came == due,
                f"at step {k + 1} the callbacks {came} were called for {named(param)}, {gradient}; expected {due}",
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
            past += step["has"][param]
        due = {f"n{i}": past for i in counting if past}
        came = {name: report["states"][param].get(name) for name in due}
        require(
            came == due,
            f"in the end opt.state of {named(param)} has {literal(came)}, expected {literal(due)}",
        )
        never = [
            n for n in report["states"][param] if not past and n in ("last", *(f"n{i}" for i in counting))
        ]
        require(not never, f"{named(param)} never had a gradient, but its state has {never}")


@points(
    3,
    of="Optimizer",
    hint="A loop over parameters, in it one over callbacks. Parameters themselves, not p.data.",
)
@given(s=scripts())
@example(s=script([[1]], ["silent"]))
@example(s=script([[1, 1]] * 2, ["silent", "counts", "empty"]))
def test_order_of_callbacks(student, s):
    """At each step each parameter with a gradient is handed to each callback once, in the order of the list"""
    check_order(s, run(student, s))


@points(
    3,
    of="Optimizer",
    hint="Merge an answer into the state before the next callback; a state for each parameter.",
)
@given(s=scripts(always=True))
@example(s=script([[1], [1], [1]]))
@example(s=script([[1], [1]], ["counts", "counts"]))
@example(s=script([[1, 1], [1, 1]], ["counts", "silent", "counts"]))
@example(s=script([[1], [1]], ["counts", "empty", "silent"]))
def test_state(student, s):
    """What a callback returns is in this parameter's state, and a keyword of the next call for it, at once and later"""
    report = run(student, s)
    check_order(s, report)
    check_state(s, report)


@points(2, of="Optimizer", hint="Is p.grad None? Then nothing at all happens to p and its state.")
@given(s=scripts())
@example(s=script([[0]]))
@example(s=script([[0, 1], [1, 1], [0, 1]]))
@example(s=script([[1, 0], [0, 1], [1, 1]], ["counts", "counts"]))
def test_without_gradient(student, s):
    """A parameter without a gradient is passed over: no callback is called, its state waits for the next gradient"""
    report = run(student, s)
    check_order(s, report)
    check_state(s, report)


@points(
    2,
    of="Optimizer",
    hint="Look the hyper-parameters up at each step, in self.hypers, where others write them.",
)
@given(s=scripts(grouped=False, always=True))
@example(s=script([[1]], ["silent"]))
@example(s=script([[1], [1]], ["silent"], writes=[[1, 0, "lr", 0.5]]))
@example(s=script([[1], [1]], ["silent"], writes=[[1, 0, "lr", 0.0], [1, 0, "new", 2]]))
def test_hypers(student, s):
    """Hyper-parameters are keywords of every callback, as opt.hypers[0] has them at that step"""
    check_hypers(s, run(student, s))


@points(3, of="Optimizer", hint="One dict for each group, not one dict in each place of the list.")
@given(s=scripts(grouped=True))
@example(s=script([[1, 1]], ["silent"], groups=[1, 1]))
@example(s=script([[1, 1], [1, 1]], ["silent"], groups=[1, 1], writes=[[1, 1, "lr", 0.5]]))
@example(s=script([[1, 1, 1], [1, 1, 1]], groups=[1, 2], writes=[[0, 0, "lr", 0.0], [1, 1, "new", 2]]))
def test_groups(student, s):
    """Given lists of parameters, each is a group with a dict of its own in opt.hypers, which its parameters go by"""
    report = run(student, s)
    n = len(report["hypers"])
    require(n == len(s["groups"]), f"{len(s['groups'])} lists of parameters; opt.hypers has {n} entries")
    check_order(s, report)
    check_hypers(s, report)
    check_state(s, report)


@points(2, of="Optimizer", hint="A generator can be looped over once. You loop at every step.")
@given(s=scripts(handed=("generator", "iterator", "tuple"), grouped=False, always=True))
@example(s=script([[1, 1]] * 2, given="generator"))
@example(s=script([[1, 1]] * 2, given="iterator"))
@example(s=script([[1, 1]] * 2, given="tuple"))
def test_any_iterable(student, s):
    """Parameters may come from a generator, an iterator or a tuple, and are all there at every step"""
    report = run(student, s)
    check_order(s, report)
    check_state(s, report)


@points(
    1,
    of="Optimizer",
    hint="torch.no_grad: parameters that require grad can't be changed in place without it.",
)
@few()
@given(s=scripts())
@example(s=script([[1, 1]], ["silent", "counts"]))
def test_autograd_is_off(student, s):
    """Callbacks are called without autograd; after the step it is as it was"""
    report = run(student, s)
    on = next((c for c in report["calls"] if c["grad"]), None)
    require(
        on is None, f"at step {on and on['step'] + 1} callback {on and on['cb']} was called with autograd on"
    )
    require(report["grad"], "after the step autograd was still off")


@points(
    1, of="Optimizer", band="robust", hint="Let it pass. A with-block switches autograd on again by itself."
)
@pytest.mark.parametrize("cbs", [["raises"], ["counts", "raises", "counts"]], ids=["alone", "in the middle"])
def test_an_exception_in_a_callback(student, cbs):
    """A callback's exception reaches the caller of step, and autograd is on again"""
    report = run(student, script([[1]], cbs))
    require(report["raised"] == "on purpose", "a callback raised RuntimeError, and step kept it to itself")
    require(report["grad"], "a callback raised RuntimeError, and afterwards autograd was still off")


@points(
    1,
    of="Optimizer",
    band="robust",
    hint="Copy what you are given and want to change. Lists stay the caller's.",
)
@few()
@given(s=scripts())
@example(s=script([[1, 1, 1]], ["counts"], groups=[1, 2]))
def test_lists_of_the_caller(student, s):
    """The caller's lists of parameters, groups and callbacks are the same afterwards"""
    require(run(student, s)["kept"], "one of the lists that Optimizer was given has changed")


@points(
    1,
    of="Optimizer",
    band="robust",
    hint="What belongs to an optimizer is made in __init__, not in the class.",
)
@few()
@given(pair=st.tuples(scripts(), scripts()))
@example(pair=(script([[1], [1]]), script([[1], [1]], hypers={"lr": 0.5})))
def test_two_optimizers(student, pair):
    """Two optimizers that take turns keep their parameters, hyper-parameters and states apart"""
    code = "\n".join(
        f"# optimizer {which} of two that take turns\n{as_code(s)}"
        for which, s in zip("12", pair, strict=True)
    )
    for s, report in zip(pair, student.run("scripted", list(pair), as_python=code), strict=True):
        check_order(s, report)
        check_hypers(s, report)
        check_state(s, report)
