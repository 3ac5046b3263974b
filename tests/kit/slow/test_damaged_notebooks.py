"""What students do to notebooks: each is graded for what it still defines, or told of, and the maximum is the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, UNIT, Record, command, course_of, outcomes, records_in
from support.notebooks import UNITS, Notebook, answered, changed, code, grade_id, unanswered

from grader.intake.submission.extraction import module_of
from grader.intake.submission.notebook_reader import Cell, NotebookError, read_code

FULL = answered(UNITS[UNIT])
# One example a function: it is the notebooks that are on trial here.
TESTS = """
import torch
from grader.suite import points, require

X, T = torch.tensor([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]), torch.tensor([2, 0])
LOGS = X.log_softmax(-1)
LOSS = -(LOGS[0, 2] + LOGS[1, 0]) / 2

def require_close(got, expected):
    require(torch.allclose(torch.as_tensor(got), expected, atol=1e-4), f"{got} is not {expected}")
"""
CALLS = {
    "naive_log_softmax": "require_close(student.naive_log_softmax(X), LOGS)",
    "where_naive_fails": "require(not student.naive_log_softmax(student.where_naive_fails()).isfinite().all(), 'no')",
    "logsumexp": "require_close(student.logsumexp(X), X.logsumexp(-1))",
    "log_softmax": "require_close(student.log_softmax(X), LOGS)",
    "nll": "require_close(student.nll(LOGS, T), LOSS)",
    "cross_entropy": "require_close(student.cross_entropy(X, T), LOSS)",
    "accuracy": "require_close(student.accuracy(X, T), torch.tensor(0.5))",
}
POINTS = 3 * len(CALLS)
MAGICS = """%matplotlib inline
!pip install fancy
files = !ls
took = %timeit -o sum(range(3))
logsumexp?
for i in range(2):
    %time print(i)
"""
TRIES = """x = torch.randn(3, 4)
losses = [cross_entropy(x, torch.tensor([0, 1, 2]))]
print(losses)
while True:
    losses.append(cross_entropy(x, torch.tensor([0, 1, 2])))
"""


def without(*ids: str) -> Notebook:
    return changed(FULL, lambda cells: [c for c in cells if grade_id(c) not in ids])


def with_cells(*texts: str, at: int | None = None) -> Notebook:
    """The notebook with cells of the student's own, at the end or before cell `at`."""
    more = [code(text) for text in texts]
    return changed(
        FULL, lambda cells: [*cells[:at], *more, *cells[at:]] if at is not None else [*cells, *more]
    )


def with_source(name: str, text: str) -> Notebook:
    return changed(FULL, lambda cells: [{**c, "source": text} if grade_id(c) == name else c for c in cells])


def source_of(name: str) -> str:
    return str(next(c["source"] for c in FULL["cells"] if grade_id(c) == name))


def in_one_cell(*between: str) -> Notebook:
    """All code in one cell, with lines between the definitions."""
    texts = [
        c["source"] for c in FULL["cells"] if c["cell_type"] == "code" and not grade_id(c).startswith("check")
    ]
    lines = [t for i, text in enumerate(texts) for t in (text, *([between[i]] if i < len(between) else []))]
    return {**FULL, "cells": [code("\n\n".join(lines))]}


def format_3() -> Notebook:
    cells = [
        {
            "cell_type": "code",
            "input": c["source"].splitlines(keepends=True),
            "language": "python",
            "outputs": [],
        }
        if c["cell_type"] == "code"
        else {"cell_type": "markdown", "source": c["source"]}
        for c in FULL["cells"]
    ]
    return {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}


def text(notebook: Notebook) -> bytes:
    return json.dumps(notebook, ensure_ascii=False).encode()


def other_metadata(cells: list[Notebook]) -> list[Notebook]:
    """Ids, kinds and points as a student may have set them, or lost them."""
    for i, cell in enumerate(cells):
        cell["metadata"] = [{}, {"nbgrader": {"grade_id": "x", "points": 1000}}, {"tags": ["mine"]}][i % 3]
    return cells


# What was done to it → the file. Every one of these still defines all that the answer key does.
WHOLE: dict[str, bytes] = {
    "nothing": text(FULL),
    "checks_and_texts_deleted": text(
        changed(
            FULL, lambda cells: [c for c in cells if c["cell_type"] == "code" and "check" not in grade_id(c)]
        )
    ),
    "every_cell_twice": text(changed(FULL, lambda cells: [c for cell in cells for c in (cell, cell)])),
    "from_bottom_to_top": text(changed(FULL, lambda cells: cells[::-1])),
    "metadata_changed": text(changed(FULL, other_metadata)),
    "trials_of_its_own": text(
        with_cells(TRIES, "print(nll)", "import matplotlib.pyplot as plt; plt.plot([1])")
    ),
    "magics": text(with_cells(MAGICS, "%%bash\necho $HOME; rm -rf x", "%%timeit\nnll(1)", at=7)),
    "magics_in_a_definition": text(
        with_source("nll", f"%load_ext autoreload\n{source_of('nll')}\n%timeit nll(torch.zeros(1, 1), [0])")
    ),
    "a_timed_definition": text(with_source("nll", f"%%time\n{source_of('nll')}")),
    "a_cell_that_fails": text(
        with_cells("1 / 0", "import no_such_module", "undefined_name = undefined", at=5)
    ),
    "a_cell_that_fails_halfway": text(in_one_cell("raise ValueError('stop')", "x = 1 / 0", "assert False")),
    "a_cell_that_ends_python": text(with_cells("import sys\nsys.exit()", "raise SystemExit", "quit()", at=4)),
    "a_cell_that_is_no_python": text(with_cells("so I think that (x + y", "return 3", "x = await y", at=4)),
    "another_kernel": text(
        {**FULL, "metadata": {"kernelspec": {"name": "conda-env-dl-py", "language": "R"}}}
    ),
    "no_metadata": text({"cells": FULL["cells"]}),
    "nbformat_3": text(format_3()),
    "utf_16": text(FULL).decode().encode("utf-16"),
    "with_a_byte_order_mark": b"\xef\xbb\xbf" + text(FULL),
    "latin_1": text(with_source("nll", source_of("nll") + "\n# très joli ½"))
    .decode()
    .encode("cp1252", "replace"),
    "windows_line_ends": text(
        changed(FULL, lambda cells: [{**c, "source": c["source"].replace("\n", "\r\n")} for c in cells])
    ),
    "sources_as_lists": text(
        changed(FULL, lambda cells: [{**c, "source": c["source"].splitlines(keepends=True)} for c in cells])
    ),
    "an_assigned_function": text(
        with_source(
            "nll",
            "import numpy\nnll = lambda log_probs, target: -log_probs[range(len(target)), target].mean()",
        )
    ),
    "a_helper_of_its_own": text(
        with_source(
            "nll", "SIGN = -1\ndef nll(log_probs, target):\n    return SIGN * mean_of(log_probs, target)"
        )
        | {
            "cells": [
                *with_source("nll", "SIGN = -1\ndef nll(p, t):\n    return SIGN * mean_of(p, t)")["cells"],
                code("def mean_of(p, t):\n    return p[range(len(t)), t].mean()"),
            ]
        }
    ),
}
# What can't be read → what is said of it.
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "it is empty"),
    "cut_off": (text(FULL)[:-2000], "ends in the middle"),
    "cut_off_in_a_text": (text(FULL)[:3000], "ends in the middle"),
    "a_web_page": (b"<!DOCTYPE html><html></html>", "not that of a notebook"),
    "no_cells": (b"{}", "has no cells"),
    "zeros": (b"\0" * 5000, "not that of a notebook"),
}
# What lost a function → what becomes of the tests of nll.
LOST: dict[str, tuple[Notebook, set[str]]] = {
    "deleted": (without("nll"), {"not_implemented"}),
    "deleted_with_its_check": (without("nll", "check_nll"), {"not_implemented"}),
    "no_python": (with_source("nll", "def nll(log_probs, target:\n    return 1"), {"error"}),
    "an_error": (
        with_source(
            "nll",
            "%%time\nimport functools\n\n@functools.cache\ndef one():\n    return 1\n"
            "def nll(log_probs, target):\n    rows = one()\n    return rows.shape",
        ),
        {"error"},
    ),
    "a_text_now": (
        changed(
            FULL, lambda cells: [{**c, "cell_type": "raw"} if grade_id(c) == "nll" else c for c in cells]
        ),
        {"not_implemented"},
    ),
}


def quick_course(folder: Path) -> Path:
    """A course of the unit, with the tests above in place of its own."""
    tests = "".join(
        f'\n@points(3, function="{name}", hint="")\ndef test_{name}(student):\n    """{name}"""\n    {call}\n'
        for name, call in CALLS.items()
    )
    unit = UNITS[UNIT]
    own = (unit.tests / "unit.toml", unit.probes, unit.reference)
    files = {
        file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in own if file.exists()
    }
    return course_of(folder, {**files, f"tests/{UNIT}/test_each.py": TESTS + tests})


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, secret: Path) -> dict[str, Record]:
    """All of them as a class, by the name of what was done."""
    folder, out = tmp_path_factory.mktemp("damaged"), tmp_path_factory.mktemp("out")
    files = WHOLE | {n: f for n, (f, _) in UNREADABLE.items()} | {n: text(nb) for n, (nb, _) in LOST.items()}
    files["not_filled_in"] = text(unanswered(UNITS[UNIT]))
    for name, data in files.items():
        (folder / name).mkdir()
        (folder / name / "softmax.ipynb").write_bytes(data)
    course = quick_course(tmp_path_factory.mktemp("course"))
    done = command(
        "grade", folder, "--out", out, "--secret", secret, "--tier", "T0", "--jobs", "2", cwd=course
    )
    assert done.returncode == 0, done.stderr
    records = records_in(out)
    records["messages"] = {"said": done.stderr}
    return records


def total(record: Record) -> tuple[int, int]:
    bands = [record["score"][band] for band in ("core", "robust")]
    return sum(b["earned"] for b in bands), sum(b["possible"] for b in bands)


@pytest.mark.parametrize("name", WHOLE)
def test_what_still_defines_everything_has_all_points(graded: dict[str, Record], name: str) -> None:
    wrong = [t for t in graded[name]["tests"] if t["outcome"] != "pass"]
    assert total(graded[name]) == (POINTS, POINTS), [(t["id"], t["message"]) for t in wrong[:3]]


@pytest.mark.parametrize("name", LOST)
def test_a_lost_function_costs_its_points_and_leaves_the_maximum(
    graded: dict[str, Record], name: str
) -> None:
    earned, possible = total(graded[name])
    assert possible == POINTS
    assert 0 < earned < POINTS
    assert outcomes(graded[name], "nll") == LOST[name][1]
    for function in ("logsumexp", "log_softmax", "accuracy"):
        assert outcomes(graded[name], function) == {"pass"}


def test_a_definition_that_is_no_python_says_where(graded: dict[str, Record]) -> None:
    test = next(t for t in graded["no_python"]["tests"] if t["of"] == "nll")
    number = 1 + [grade_id(c) for c in FULL["cells"]].index("nll")
    assert f"'(' was never closed (cell {number}, line 1)" in test["message"]
    assert test["where"] == f"cell {number}, line 1: def nll(log_probs, target:"


def test_an_error_is_told_by_the_notebooks_cell_and_line(graded: dict[str, Record]) -> None:
    where = {t["where"] for t in graded["an_error"]["tests"] if t["of"] == "nll"}
    number = 1 + [grade_id(c) for c in FULL["cells"]].index("nll")
    assert where == {f"cell {number}, line 9, in nll: return rows.shape"}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_can_not_be_read_is_told_of_and_not_graded(graded: dict[str, Record], name: str) -> None:
    assert name not in graded
    said = " ".join(graded["messages"]["said"].split())
    assert f"{name}/softmax.ipynb is not graded" in said
    assert UNREADABLE[name][1] in said


def test_the_notebook_as_it_was_handed_out_has_no_points(graded: dict[str, Record]) -> None:
    assert total(graded["not_filled_in"]) == (0, POINTS)
    assert {t["outcome"] for t in graded["not_filled_in"]["tests"]} == {"not_implemented"}


READ = """
import pathlib, sys, time
from grader.intake.submission.notebook_reader import read_code
if sys.platform == "linux":
    import resource
    resource.setrlimit(resource.RLIMIT_DATA, (60 << 20, 60 << 20))
started = time.process_time()
print(len(read_code(pathlib.Path(sys.argv[1]))), time.process_time() - started)
"""


def test_outputs_of_hundreds_of_megabytes_are_stepped_over(tmp_path: Path) -> None:
    """300 MB of pictures and of printed lines, read by a process that may have 60 MB, interpreter and all."""
    file = tmp_path / "large.ipynb"
    small = answered(UNITS[UNIT])
    cell = next(c for c in small["cells"] if grade_id(c) == "check_nll")
    cell["outputs"] = ["PLACE"]
    before, _, rest = json.dumps(small).partition('"PLACE"')
    lines = (json.dumps('loss 0.25 "quoted" [1, {2}] \\ \n' * 3) + ",") * 10_000
    with file.open("w", encoding="utf-8") as stream:
        stream.write(before + '{"data": {"image/png": "')
        for _ in range(200):
            stream.write("A" * (1 << 20))
        stream.write('"}}, {"text": [')
        while stream.tell() < 300 << 20:
            stream.write(lines)
        stream.write(f'"end"]}}{rest}')
    done = subprocess.run([sys.executable, "-c", READ, file], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    count, seconds = done.stdout.split()
    assert int(count) == sum(c["cell_type"] == "code" for c in small["cells"])
    assert float(seconds) < 30


@pytest.mark.parametrize(
    "source",
    [
        "(" * 9000,
        "x = " + "-" * 99999 + "1",
        "x = 1" + "+1" * 99999,
        "f" + "()" * 99999,
        "x = '\ud800'",
        "x = 1\0",
    ],
    ids=["brackets", "signs", "sum", "calls", "half a letter", "null"],
)
def test_code_that_no_python_can_read_stops_nobody(source: str) -> None:
    module = module_of([Cell(1, source), Cell(2, "def nll():\n    return 1")], ["nll"])
    names: dict[str, object] = {}
    exec(compile(module.encode("utf-8", "replace"), "module", "exec"), names)
    assert names["nll"]() == 1  # type: ignore[operator]


def test_deeply_nested_outputs_are_stepped_over(tmp_path: Path) -> None:
    file = tmp_path / "deep.ipynb"
    deep = "[" * 99999 + "]" * 99999
    file.write_text('{"cells": [{"cell_type": "code", "outputs": ' + deep + ', "source": "x = 1"}]}')
    assert read_code(file) == [Cell(1, "x = 1")]
    file.write_text('{"cells": [{"cell_type": "code", "source": ' + deep + "}]}")
    with pytest.raises(NotebookError, match="nested too deeply"):
        read_code(file)


def test_what_is_kept_is_what_definitions_need() -> None:
    cells = [
        "import torch\nimport matplotlib.pyplot as plt",
        "RATE = 0.1\nnames = []",
        "def step(x):\n    return x - RATE * scale(x)",
        "def scale(x):\n    names.append(1)\n    return torch.ones(1) * x",
        "runs = [step(x) for x in range(10**9)]\nplt.plot(runs)",
        "for name in 'ab':\n    names.append(name)",
        "torch.manual_seed(0); step(3)",
        "halve = partial(step, 2)",
        "class Model:\n    pass\nModel.step = step\nmodel = Model()\nmodel.step()",
    ]
    module = module_of([Cell(i, source) for i, source in enumerate(cells, 1)], ["halve"])
    for kept in (
        "import torch",
        "RATE = 0.1",
        "names = []",
        "def step",
        "names.append(name)",
        "halve =",
        "Model.step =",
    ):
        assert kept in module, kept
    for left in ("matplotlib", "runs", "manual_seed", "step(3)", "model.step()", "model = "):
        assert left not in module, left


def test_thousands_of_statements_are_refused_and_not_pondered_on() -> None:
    with pytest.raises(NotebookError, match="more than 5000 statements"):
        module_of([Cell(1, "x = 1\n" * 50_000)])
    with pytest.raises(NotebookError, match="more than 5000 statements"):
        module_of([Cell(n, "x = 1\n" * 1000) for n in range(6)])


def test_texts_of_many_lines_stay_as_they_are() -> None:
    source = '@staticmethod\ndef f():\n    return """a\n  b\n\tc"""'
    names: dict[str, object] = {}
    exec(module_of([Cell(1, source)]), names)
    assert names["f"]() == "a\n  b\n\tc"  # type: ignore[operator]
