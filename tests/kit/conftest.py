"""Fixtures of the kit's own tests. The package `support` holds the helpers that are not fixtures."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from grader.course import Course

sys.path.insert(0, str(Path(__file__).parent))  # importlib mode leaves it out, and the tests import support

from support import KIT, ROOT, UNIT
from warm.popen import WarmServer

# pytest rewrites the assertions of all files that it collects: 5 s, which it need not spend in each of its workers at
# each run. Whoever wants no __pycache__ has the tests themselves write none.
_writes_no_bytecode = sys.dont_write_bytecode
sys.dont_write_bytecode = False
# jsonschema would build the grammars of all addresses, 1.5 s, for a check of formats that no schema here asks for.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# In the background SIGINT may be ignored, SIGHUP under nohup, and what is started here would inherit that.
for sent, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(sent) is signal.SIG_IGN:
        signal.signal(sent, usual)


def pytest_collection_finish() -> None:
    sys.dont_write_bytecode = _writes_no_bytecode


@pytest.fixture(scope="module", autouse=True)
def forked(request: pytest.FixtureRequest) -> None:
    """Have the processes of whatever is not a unit test forked."""
    if "unit" not in request.path.relative_to(KIT).parts:
        request.getfixturevalue("warm_processes")


@pytest.fixture(scope="session")
def warm_processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have commands, judges and pytest started by a fork; with GRADER_COLD=1 they start anew, as a user's do."""
    if os.environ.get("GRADER_COLD") or not hasattr(os, "pidfd_open"):
        yield
        return
    with WarmServer(tmp_path_factory.mktemp("warm")):
        yield


@pytest.fixture(scope="session")
def answer_key() -> str:
    return Course(ROOT).units[UNIT].reference.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course secret of the tests' own."""
    file = tmp_path_factory.mktemp("secret") / "secret"
    file.write_text("the secret of the kit's tests\n")
    file.chmod(0o600)
    return file


@pytest.fixture(scope="session")
def write_class(tmp_path_factory: pytest.TempPathFactory, answer_key: str) -> Callable[..., Path]:
    """Make a folder of students: name → overrides that are appended to the answer key."""

    def write(overrides: Mapping[str, str]) -> Path:
        folder = tmp_path_factory.mktemp("class")
        for student, text in overrides.items():
            module = folder / student / "softmax.py"
            module.parent.mkdir()
            module.write_text(f"{answer_key}\n\n{text}", encoding="utf-8")
        return folder

    return write
