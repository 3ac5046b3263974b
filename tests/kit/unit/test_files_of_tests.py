"""Test files of units are properties and nothing else: what they share lies in the unit's support/."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from support import ROOT

TEST_FILES = sorted(ROOT.glob("tests/[0-9][0-9]_*/test_*.py"))


@pytest.mark.parametrize("file", TEST_FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_test_file_is_properties_and_imports_no_test(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    helpers = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    assert [name for name in helpers if not name.startswith("test_")] == []
    assert "load_module" not in {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
