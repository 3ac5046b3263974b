"""`grader generate`: write stubs, pictures, keys to read and pages of promises from the answer keys and tests."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.console import show_renamed, writing_into
from grader.course import find_course

Check = Annotated[bool, typer.Option("--check", help="write nothing: only check that they are as generated")]


def generate(check: Check = False) -> None:
    """Write stubs, pictures, keys to read and pages of promises anew from the answer keys and tests."""
    from grader.authoring.release import outdated_files

    outdated = outdated_files(find_course())
    if check:
        for path in outdated:
            print(f"{path} is not what would be generated: run `grader generate`")
        raise typer.Exit(1 if outdated else 0)
    for path, text in outdated.items():
        with writing_into(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        print(f"wrote {path}")
    if not outdated:
        print("Everything is as generated: nothing was written.")


def derive(check: Check = False) -> None:
    """Do what `grader generate` does, under its old name."""
    show_renamed("grader derive", "grader generate")
    generate(check)
