"""Cases, strategies and checks of test_framework.py."""

from hypothesis import strategies as st

from grader.suite import require
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
def scripts(draw, *, grouped=False, handed=("list",), gradients=(1,), written=False):
    """Scripts; they shrink to one step of one parameter with one callback.

    grouped: several groups; written: hyper-parameters change on the way
    """
    groups = draw(st.lists(st.integers(1, 2), min_size=2, max_size=3)) if grouped else None
    n = sum(groups) if groups else draw(st.integers(1, 3))
    gradient = st.sampled_from(gradients)
    steps = draw(st.lists(st.lists(gradient, min_size=n, max_size=n), min_size=1, max_size=4))
    write = st.tuples(
        st.integers(0, len(steps) - 1),
        st.integers(0, len(groups or [1]) - 1),
        st.sampled_from(["lr", "mom", "new"]),
        st.sampled_from([0.5, 0.0, 2]),
    )
    return script(
        steps,
        draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3)),
        groups=groups,
        given=None if groups else draw(st.sampled_from(handed)),
        hypers={"lr": 0.1, "mom": draw(st.sampled_from([0.9, 0.0]))},
        writes=draw(st.lists(write, max_size=3)) if written else (),
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
