"""Grades the checkout that it is run in and writes result.json there. Made by `grader autograder`.

The course is beside this file, or on the runner at $GRADER_COURSE. A fault of the machine or of the kit ends with a
status other than 0 and without result.json: it is no zero.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """The exit status: 0 when the submission was graded, whatever its points."""
    result = Path("result.json")
    result.unlink(missing_ok=True)
    course = HERE / "course" if (HERE / "course").is_dir() else Path(os.environ.get("GRADER_COURSE", ""))
    if not (course / "tests").is_dir():
        print(f"::error::there is no course beside {__file__}, nor at GRADER_COURSE", file=sys.stderr)
        return 1
    python = os.environ.get("GRADER_PYTHON") or _installed(course)
    # -P: the checkout is the working folder, and may hold a `grader` of its own
    environment = {**os.environ, "PYTHONPATH": str(course), "GRADER_COURSE": str(course)}
    order = [python, "-P", "-m", "grader", "autograde", "classroom50", str(HERE / "settings.json")]
    status = subprocess.call(order, env=environment)
    if status or not result.is_file():
        print("::error::not graded: a fault of the autograder, not of the submission", file=sys.stderr)
        result.unlink(missing_ok=True)
        return 1
    return 0


def _installed(course: Path) -> str:
    """The Python to run with. With a course of our own, one in an environment that is made at the first run."""
    if not course.is_relative_to(HERE):
        return sys.executable
    python = HERE / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run(["bash", str(HERE / "setup.sh")], check=True, stdout=sys.stderr)
    return str(python)


if __name__ == "__main__":
    sys.exit(main())
