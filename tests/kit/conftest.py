"""Fixtures of the kit's own tests. The package `support` holds the helpers that are not fixtures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from grader.course import Course

sys.path.insert(0, str(Path(__file__).parent))  # importlib mode leaves it out, and the tests import support

from support import ROOT, UNIT


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
