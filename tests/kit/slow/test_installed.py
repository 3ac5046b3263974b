"""The students' bundle, installed as a student installs it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from support import command


def test_installed_in_a_fresh_environment_pytest_grades_the_stubs(tmp_path: Path) -> None:
    """`pip install -e . && pytest`, with the packages of this environment."""
    bundle = tmp_path / "bundle"
    released = command("release", bundle)
    assert released.returncode == 0, released.stderr
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / "bin" / "python"
    here = next(p for p in sys.path if p.endswith("site-packages"))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (environment / "lib" / version / "site-packages" / "these.pth").write_text(here + "\n")
    install: list[str | Path] = [python, "-m", "pip", "install", "-q", "--no-deps", "-e", "."]
    done = subprocess.run(install, cwd=bundle, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    done = subprocess.run([python, "-m", "pytest", "-q"], cwd=bundle, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "not written yet" in done.stdout
    assert re.search(r"Open assignments/01_softmax/softmax.py:\d+ next", done.stdout)
    where = "import grader; print(grader.__file__)"
    printed = subprocess.run([python, "-c", where], cwd=tmp_path, capture_output=True, text=True).stdout
    assert printed.startswith(str(bundle))
    for others in ("generate", "audit", "autograder gradescope 01_softmax new"):  # than students' commands
        grader: list[str | Path] = [python, "-m", "grader", *others.split()]
        done = subprocess.run(grader, cwd=bundle, capture_output=True, text=True)
        assert done.returncode == 2
        assert done.stderr.startswith("grader: a students' bundle has no grader.")
