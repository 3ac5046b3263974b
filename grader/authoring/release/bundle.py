"""The students' bundle: a course folder in which `pip install -e . && pytest` works."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.authoring.release.shared import shared_files
from grader.course import Course, Unit
from grader.course.stubs import generate_stub
from grader.files import as_json, sha256_of

MANIFEST = ".release.json"
_NOT_FOR_STUDENTS = {"authoring", "outputs"}
_README = """# {title}

Fill in the functions in `assignments/`, one unit after the other. Each unit's `README.md` explains what to write and
why.

```
python -m venv .venv && . .venv/bin/activate      # on Windows: .venv\\Scripts\\activate
pip install torch==2.13.0    # a CPU build is enough: PyTorch's "Get started" page has the command for it
pip install -e ".[student]"
pytest                       # all units
pytest -k 01_softmax         # one unit
grader watch 01_softmax      # runs the tests at every save
pytest -x --pdb              # stop at the first failure, in a debugger
grader replay TEST           # run a failed test again, on the example that failed
```
{notebooks}
Units: {units}.

**An update of the course** changes everything but your files. With git, commit your work and run `git pull`. With a
zip, unpack it beside this folder and copy your `assignments/*/*.py` (and `*.ipynb`) over the new ones: nothing else
in this folder is yours.

`pytest -s` shows what your code prints. When your work is graded, prints are discarded.
"""


_NOTEBOOKS = """
Or work in notebooks: beside each stub lies a notebook with the same functions. Install what they need with
`pip install -e ".[notebook]"`, and open them with `jupyter lab`. Use one or the other for a unit: if you hand in
both, the `.py` file is graded, unless it is still the stub.
"""


class ReleaseError(Exception):
    """The bundle can't be written there. The text says why and what to do."""


def release_bundle(course: Course, folder: Path, notebooks: Mapping[str, bytes] | None = None) -> list[Path]:
    """Write the bundle into `folder`, new or an earlier bundle of this kit.

    notebooks: the notebook for students, by unit

    A stub or notebook that somebody has edited since is kept. Return those kept. Raise ReleaseError for a folder that
    holds something else.
    """
    folder = folder.resolve()
    if folder.is_relative_to(course.root) and (
        folder == course.root or folder.parent.name in ("tests", "grader")
    ):
        raise ReleaseError(f"{folder} is part of the course itself; name another folder")
    before = _manifest(folder)
    kept = []
    written = {}
    for name, content in _contents(course, notebooks or {}):
        target = folder / name
        if (
            name.startswith("assignments/")
            and name.endswith((".py", ".ipynb"))
            and _edited(target, before.get(name))
        ):
            kept.append(target)
            written[name] = before[name]
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        written[name] = sha256_of(content)
    for name in set(before) - set(written):
        if name.endswith(".ipynb") and _edited(folder / name, before[name]):
            kept.append(folder / name)  # this release has no notebooks, but somebody has worked on this one
            written[name] = before[name]
        else:
            (folder / name).unlink(missing_ok=True)
    (folder / MANIFEST).write_text(as_json(written), encoding="utf-8")
    return kept


def _contents(course: Course, notebooks: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of every file of the bundle."""
    yield from shared_files(course, without=_NOT_FOR_STUDENTS)
    units = course.units.values()
    titles = ", ".join(f"`{u.name}` ({u.title})" for u in units)
    yield (
        "README.md",
        _README.format(
            title="Deep learning from the foundations",
            units=titles,
            notebooks=_NOTEBOOKS if notebooks else "",
        ).encode(),
    )
    for unit in units:
        yield from _unit_contents(unit)
        if unit.name in notebooks:
            yield f"assignments/{unit.name}/{unit.module}.ipynb", notebooks[unit.name]


def _unit_contents(unit: Unit) -> Iterator[tuple[str, bytes]]:
    handouts = unit.stub.parent
    yield f"assignments/{unit.name}/{unit.module}.py", generate_stub(unit).encode()
    for file in sorted(handouts.rglob("*")):
        if file.is_file() and file.suffix in (".md", ".png", ".svg"):
            yield f"assignments/{unit.name}/{file.relative_to(handouts).as_posix()}", file.read_bytes()
    described = [unit.tests / name for name in ("unit.toml", "thresholds.toml", "live.py")]
    for file in (*described, *unit.probe_files, *unit.support_files, *sorted(unit.tests.glob("test_*.py"))):
        if file.exists() and not file.name.startswith(("test_hidden_", "hidden_")):
            yield f"tests/{unit.name}/{file.relative_to(unit.tests).as_posix()}", file.read_bytes()


def _manifest(folder: Path) -> dict[str, str]:
    if (folder / MANIFEST).exists():
        return dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    if folder.exists() and any(folder.iterdir()):
        raise ReleaseError(f"{folder} is not empty, and not an earlier bundle; name a new folder")
    return {}


def _edited(file: Path, released: str | None) -> bool:
    return released is not None and file.exists() and sha256_of(file.read_bytes()) != released
