"""Cases, strategies and checks of test_schedules.py."""

from grader.suite import assert_close, require
from grader.suite.source import literal

SCHEDULES = {
    "pct": lambda pct: pct,
    "2 - pct": lambda pct: 2 - pct,
    "0": lambda pct: 0.0,
    "pct squared": lambda pct: pct * pct,
}
CODE = {"pct": "pct", "2 - pct": "2 - pct", "0": "0.0", "pct squared": "pct * pct"}


def code(scheds: dict, batches: list, kind: str, groups: int) -> str:
    called = ", ".join(f"{name!r}: lambda pct: {CODE[s]}" for name, s in scheds.items())
    return "\n".join(
        [
            "from types import SimpleNamespace as Bag",
            f"groups = [dict(lr=77.0, mom=88.0, other=99.0) for _ in range({groups})]",
            f"cb = ParamScheduler({{{called}}}); cb.learn = learn = Bag(opt=Bag({kind}=groups))",
            f"for learn.training, learn.pct_train in {batches}: cb.before_batch(); print(groups)",
        ]
    )


def check_groups(student, scheds: dict, batches: list, kind: str, groups: int) -> None:
    """Each of the groups has, at each batch's step, what the schedules say of the last training batch."""
    snippet = code(scheds, batches, kind, groups) if kind != "both" else None
    report = student.run("schedule", scheds, batches, kind, groups, as_python=snippet)
    used = "hypers" if kind == "both" else kind
    due = {"lr": 77.0, "mom": 88.0, "other": 99.0}
    for k, ((training, pct), got) in enumerate(zip(batches, report, strict=True)):
        if training:
            due |= {name: SCHEDULES[s](pct) for name, s in scheds.items()}
        half = "training" if training else "validation"
        story = f"ParamScheduler of {scheds} at {half} batch {k}, pct_train {pct}: in opt."
        for g in range(groups):
            for name, expected in due.items():
                what = f"{story}{used}[{g}] of {groups}, {name!r}"
                assert_close(got[used][g].get(name), expected, what=what, atol=1e-6)
        if kind == "both":
            for name, expected in {"lr": 77.0, "mom": 88.0, "other": 99.0}.items():
                what = f"{story}param_groups[0], {name!r}, beside which there is opt.hypers,"
                assert_close(got["param_groups"][0].get(name), expected, what=what, atol=1e-6)


def cycle(student, runs: list[dict], batches: int, kind: str = "hypers") -> list[dict]:
    """lr and mom of each run, checked to be one number for each of the training batches, the same in both groups."""
    report = student.run("one_cycle", runs, batches, kind)
    result = []
    for run, got in zip(runs, report, strict=True):
        story, steps = in_words(run, batches), run["n_epoch"] * batches
        for name in ("lr", "mom"):
            require(len(got[name]) == steps, f"{story}{len(got[name])} steps were taken, expected {steps}")
            for k, values in enumerate(got[name]):
                text = f"{story}in step {k}, the groups' {name} is {literal(values)}, expected one for both"
                require(all(isinstance(v, float) for v in values) and values[0] == values[1], text)
        result.append({name: [v[0] for v in got[name]] for name in got})
    return result


def in_words(run: dict, batches: int) -> str:
    keys = ", ".join(f"{name}={value}" for name, value in run.items())
    return f"fit_one_cycle(learn, {keys}) with {batches} training batches an epoch: "


def check_turn(values: list[float], sign: int, name: str, story: str) -> int:
    """The values go one way up to a turn about a quarter in, then the other way. The step of the turn."""
    turn = max(range(len(values)), key=lambda k: sign * values[k])
    low, high = 0.15 * len(values), 0.35 * len(values)
    which = "largest" if sign > 0 else "smallest"
    text = f"{story}{name} is {which} in step {turn} of {len(values)}, expected about a quarter in"
    require(low <= turn <= high, text)
    for k in range(1, len(values)):
        rising = sign * (values[k] - values[k - 1])
        ok = rising >= -1e-9 if k <= turn else rising <= 1e-9
        way = "up" if (sign > 0) == (k <= turn) else "down"
        require(
            ok,
            f"{story}{name} has to go {way} in step {k}, but goes from {values[k - 1]:.5g} to {values[k]:.5g}",
        )
    return turn


def check_lr(values: list[float], lr_max: float, story: str) -> None:
    turn = check_turn(values, 1, "lr", story)
    first, last = values[0], values[-1]
    text = f"{story}the largest lr is {values[turn]:.5g}, expected about {lr_max:.5g}"
    require(0.95 * lr_max <= values[turn] <= 1.0001 * lr_max, text)
    require(
        first <= 0.5 * lr_max, f"{story}lr starts at {first:.5g}, expected to start well below its maximum"
    )
    text = f"{story}lr ends at {last:.5g}, expected far below its start, which is {first:.5g}"
    require(0 <= last <= 0.5 * first, text)
