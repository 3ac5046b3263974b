"""`grader`: one command for students, instructors and authors. Each command is a module of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from grader.cli import autograde, autograder, data
from grader.cli.audit import audit
from grader.cli.calibrate import calibrate
from grader.cli.console import UsageError, show_renamed
from grader.cli.demo import demo
from grader.cli.doctor import doctor
from grader.cli.export import export
from grader.cli.generate import derive, generate
from grader.cli.grade import grade
from grader.cli.regrade import regrade
from grader.cli.release import release
from grader.cli.report import report
from grader.cli.signals import interrupted_by_signals
from grader.cli.student import check, hint, replay
from grader.cli.watch import watch
from grader.course import CourseError
from grader.encodable import shown_lines, take_any_text
from grader.files import FilesError
from grader.judge.client import JudgeFault

_STUDENTS, _INSTRUCTORS, _AUTHORS = "Students", "Instructors", "Authors"  # as in README.md

_INTERRUPTED = 130  # the exit status that typer turns KeyboardInterrupt into

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A teaching test-suite and autograder for the pieces of a deep-learning training stack.",
)

_COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    _STUDENTS: (check, watch, hint, replay),
    _INSTRUCTORS: (grade, regrade, report, export, release, doctor, demo),
    _AUTHORS: (generate, audit, calibrate),
}

for panel, commands in _COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
app.add_typer(autograder.app, name="autograder", rich_help_panel=_INSTRUCTORS)
app.add_typer(data.app, name="data", rich_help_panel=_INSTRUCTORS)
app.add_typer(autograde.app, name="autograde", hidden=True)


def _bundle() -> None:
    """Make a unit's autograder, under the command's old name."""
    show_renamed("grader bundle", "grader autograder")


app.command(hidden=True)(derive)
app.add_typer(autograder.app, name="bundle", hidden=True, callback=_bundle)


def main() -> None:
    """Run the command. Errors in its use end in a sentence and exit status 2, without a traceback."""
    take_any_text(sys.stdout, sys.stderr)
    try:
        with interrupted_by_signals():
            app()
    except (CourseError, FilesError, UsageError) as error:
        print(shown_lines(f"grader: {error}"), file=sys.stderr)
        sys.exit(2)
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("grader."):
            raise
        print(f"grader: a students' bundle has no {error.name}, which this needs", file=sys.stderr)
        sys.exit(2)
    except JudgeFault as fault:
        print(shown_lines(f"grader: the suite could not be run: {fault}"), file=sys.stderr)
        sys.exit(1)
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != _INTERRUPTED:
            raise
        print(
            "grader: interrupted; what is graded is kept, and the same command goes on there", file=sys.stderr
        )
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
