"""A package that a unit hides can't be read behind the walls, wherever and in whatever form it is installed."""

from __future__ import annotations

import errno
import os
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from support import needs_walls
from support.walls import behind, t1

from grader.box.walls import without_packages
from grader.box.walls.installed import places_of

WORDS = "the answers"
CSV = "skunk/datasets/answers.csv"


def package(folder: Path) -> Path:
    """Install the package into a folder; return its data."""
    data = folder / CSV
    data.parent.mkdir(parents=True)
    (folder / "skunk" / "__init__.py").write_text("")
    data.write_text(WORDS)
    return data


def zipped(folder: Path) -> Path:
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "skunk_learn-1.0-py3.11.egg", "w") as egg:
        egg.writestr("skunk/__init__.py", "")
        egg.writestr(CSV, WORDS)
    return folder / "skunk_learn-1.0-py3.11.egg"


def tarred(folder: Path) -> Path:
    data = package(folder / "before")
    with tarfile.open(folder / "skunk-1.0.tar.gz", "w:gz") as tar:
        tar.add(folder / "before" / "skunk", "skunk-1.0/skunk")
    assert data.exists()
    return folder / "skunk-1.0.tar.gz"


def module(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "skunk.py").write_text(WORDS)
    return folder / "skunk.py"


def linked(folder: Path) -> Path:
    data = package(folder / "site-packages")
    other = folder / "elsewhere" / "deep" / "innocent.csv"
    other.parent.mkdir(parents=True)
    os.link(data, other)
    return other


def beside_a_link(folder: Path) -> Path:
    """By a link from a folder that may be read."""
    data = package(folder / "dist-packages")
    (folder / "shown").mkdir()
    (folder / "shown" / "link").symlink_to(data.parent)
    return folder / "shown" / "link" / "answers.csv"


def module_of_another(folder: Path) -> Path:
    """In a package that is not hidden, boost.skunk, which stays."""
    (folder / "site-packages" / "boost").mkdir(parents=True)
    (folder / "site-packages" / "boost" / "__init__.py").write_text("")
    return module(folder / "site-packages" / "boost")


HARMLESS = "a module of another"
PLACES: dict[str, Callable[[Path], Path]] = {
    "site-packages of the user": lambda f: package(f / ".local/lib/python3.11/site-packages"),
    "dist-packages of the system": lambda f: package(f / "python3/dist-packages"),
    "another Python's": lambda f: package(f / "python3.9/site-packages"),
    "conda's": lambda f: package(f / "envs/other/lib/python3.12/site-packages"),
    "an unpacked egg": lambda f: package(f / "site-packages/skunk_learn-1.0-py3.11.egg"),
    "an editable install": lambda f: package(f / "src/checkout"),
    "a zipped egg": zipped,
    "an archive": tarred,
    "one module": module,
    "a hard link": linked,
    "a symbolic link": beside_a_link,
}


@pytest.fixture(scope="module")
def lib(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lib")


@pytest.fixture(scope="module")
def installed(lib: Path) -> Mapping[str, Path]:
    """Install it in each way, in folders of their own: all are found in one walk, which takes seconds. Its data."""
    places = PLACES | {HARMLESS: module_of_another}
    return {how: install(lib / str(number)) for number, (how, install) in enumerate(places.items())}


@needs_walls
@pytest.mark.parametrize("how", PLACES)
def test_it_is_out_of_reach(how: str, installed: Mapping[str, Path], lib: Path) -> None:
    everything = (*t1().readable, lib)
    assert behind(installed[how].read_bytes, t1(readable=everything))["value"]
    readable, listable = without_packages(everything, ("skunk",))
    walls = t1(readable=readable, listable=listable)
    for place in (installed[how], Path(f"/proc/self/root{installed[how]}")):
        assert behind(place.read_bytes, walls).get("errno") == errno.EACCES, place
    assert behind(installed[HARMLESS].read_text, walls) == {"value": WORDS}


@needs_walls
def test_what_unit_10_hides_is_hidden_here() -> None:
    sklearn = pytest.importorskip("sklearn")
    readable, listable = without_packages(t1().readable, ("sklearn",))
    data = next(Path(sklearn.__file__).parent.glob("datasets/data/digits.csv*"))
    assert behind(data.read_bytes, t1(readable=readable, listable=listable)).get("errno") == errno.EACCES
    assert Path(sklearn.__file__).parent.resolve() in places_of(t1().readable, ("sklearn",))
