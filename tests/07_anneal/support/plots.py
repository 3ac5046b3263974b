"""Cases, strategies and checks of test_plots.py."""

from importlib.util import find_spec

import pytest

from grader.suite import assert_close, require

EPOCHS = [
    [[[[0.5, 0.25], 1.0], [[0.75, 2.0], -1.0]], [[[9.0, 9.0], 9.0]]],
    [[[[0.5, 0.0], 0.5], [[0.5, 1.5], 0.25], [[0.5, 1.25], 0.0]], []],
]
LRS, LOSSES = [0.25, 2.0, 0.0, 1.5, 1.25], [1.0, -1.0, 0.5, 0.25, 0.0]
# How many axes there are, and which of them is the current one. With none, there is no figure before.
PANELS = [(0, 0), (2, 0), (2, 1)]


def code(method: str, panels: int, current: int) -> str:
    return "\n".join(
        [
            "from types import SimpleNamespace as Bag",
            "from matplotlib import pyplot as plt",
            "groups = [{'lr': 7.0}, {'lr': 7.0}]",
            "run = Bag(opt=Bag(param_groups=groups), in_train=True)",
            "cb = Recorder(); cb.set_runner(run); cb.begin_fit()",
            f"for lr, loss in zip({LRS}, {LOSSES}):",
            "    groups[1]['lr'] = lr; run.loss = torch.tensor(loss, requires_grad=True) * 1; cb.after_batch()",
            *([f"axes = plt.subplots(1, {panels})[1]; plt.sca(axes[{current}])"] if panels else []),
            f"cb.{method}(); " + (f"axes[{current}]" if panels else "plt.gca()") + ".lines[0].get_ydata()",
        ]
    )


def check(student, method: str, due: list, **options: object) -> None:
    if find_spec("matplotlib") is None:
        pytest.skip("drawing needs matplotlib: pip install matplotlib")
    for panels, current in PANELS:
        check_on(student, method, due, panels, current, **options)


def check_on(student, method: str, due: list, panels: int, current: int, **options: object) -> None:
    program = code(method, panels, current)
    if options:
        program = program.replace("torch.tensor(loss,", f"torch.tensor(loss, dtype={options['dtype']},")
    report = student.run("plot", method, EPOCHS, panels, current, as_python=program, **options)
    got = [y for _, y in report["points"]]
    places = len({x for x, _ in report["points"]})
    before = (
        f"with the {('first', 'second')[current]} of two axes current"
        if panels
        else "without a figure before"
    )
    require(
        report["elsewhere"] == 0 and report["figures"] == 1,
        f"{before}, {method}() drew on other axes than the current ones: it left {len(got)} points there, "
        f"{report['elsewhere']} lines elsewhere, and {report['figures']} figures",
    )
    require(
        len(got) == len(due) == places,
        f"{before}, after {len(due)} training batches, {method}() drew {len(got)} points on the current axes, "
        f"at {places} places",
    )
    for k, (one, expected) in enumerate(zip(got, due, strict=True)):
        assert_close(one, expected, what=f"the height of {method}()'s point {k}", atol=1e-6)
