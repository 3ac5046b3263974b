"""Autograders for Gradescope and Classroom 50: the course with its answers, and the entry point that they call.

For instructors alone: they hold hidden tests and the answer key.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

from grader.authoring.release.bundle import ReleaseError
from grader.authoring.release.shared import shared_files
from grader.course import Course, Unit
from grader.files import as_json
from grader.records.fingerprint import suite_files

_ENTRIES = Path(__file__).parent / "entries"
_README = "Made by `grader autograder`. It holds the answers: for instructors, never for students.\n"


def gradescope_zip(
    course: Course,
    unit: Unit,
    *,
    secret: bytes,
    tier: str | None,
    visibility: str = "visible",
    bonus: bool = True,
    torch_options: str = "",
) -> bytes:
    """Return the zip to upload to Gradescope: setup.sh, run_autograder, the course, and the secret of its seeds."""
    settings = {"unit": unit.name, "tier": tier, "visibility": visibility, "bonus": bonus}
    files = {name: (_ENTRIES / name).read_bytes() for name in ("setup.sh", "run_autograder")}
    files |= {"settings.json": as_json(settings).encode(), "secret": secret + b"\n"}
    if torch_options:
        files["torch-options"] = f"{torch_options}\n".encode()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*files.items(), *_course_files(course, unit)):
            info = zipfile.ZipInfo(name)  # without the time of day: the same course makes the same zip
            mode = 0o755 if name in ("setup.sh", "run_autograder") else 0o600
            info.external_attr = (stat.S_IFREG | mode) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return data.getvalue()


def write_classroom50(
    course: Course,
    unit: Unit,
    folder: Path,
    *,
    tier: str | None,
    out_of: int | None = None,
    published_with: bytes | None = None,
    torch_options: str = "",
) -> None:
    """Write autograder.py and its settings into `folder`, new or empty or an earlier one of these.

    published_with: the course's secret, if the course goes with it. Classroom 50 publishes this folder: anyone who
                    finds the address can read it. So its seeds come from another secret, made from this one

    Raise ReleaseError for a folder with other content.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "autograder.py").exists():
        raise ReleaseError(f"{folder} is not empty and not an earlier autograder; name a new folder")
    settings = {"unit": unit.name, "tier": tier, "out_of": out_of}
    files = {
        "autograder.py": (_ENTRIES / "autograder.py").read_bytes(),
        "settings.json": as_json(settings).encode(),
    }
    if published_with is not None:
        own = hashlib.sha256(b"published with " + published_with).hexdigest()
        files |= {"setup.sh": (_ENTRIES / "setup.sh").read_bytes(), "secret": f"{own}\n".encode()}
        files |= dict(_course_files(course, unit))
        if torch_options:
            files["torch-options"] = f"{torch_options}\n".encode()
    _remove_earlier(folder)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    if published_with is not None:
        (folder / "secret").chmod(0o600)


def _remove_earlier(folder: Path) -> None:
    """Remove an earlier autograder's files: its answers would be published and used from then on."""
    shutil.rmtree(folder / "course", ignore_errors=True)
    for name in ("autograder.py", "settings.json", "setup.sh", "secret", "torch-options"):
        (folder / name).unlink(missing_ok=True)


def _course_files(course: Course, unit: Unit) -> Iterator[tuple[str, bytes]]:
    """Yield the files that official grading of the unit needs, by their place in the autograder."""
    for name, content in shared_files(course, without={"demo"}):
        yield f"course/{name}", content
    yield "course/README.md", _README.encode()
    for own in (unit, *(course.units[name] for name in unit.depends_on)):
        for file in sorted({*suite_files(own), *own.tests.glob("*.toml")}):
            yield f"course/{file.relative_to(course.root).as_posix()}", file.read_bytes()
