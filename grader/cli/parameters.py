"""Arguments and options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.box.devices import gpus

Device = Annotated[
    str,
    typer.Option(
        metavar="|".join(gpus.NAMES),
        help="where tensors live; `pretend` finds mistakes about devices without a GPU",
    ),
]
GpuShare = Annotated[int, typer.Option(min=1, help="how many submissions may be on one GPU at a time")]
Jobs = Annotated[int, typer.Option(min=1, help="how many at a time")]
Match = Annotated[str | None, typer.Option(help="regex with a group (?P<student>...)")]
OnlyUnit = Annotated[str | None, typer.Option(help="grade this unit only")]
Out = Annotated[Path, typer.Option(help="folder for records and report")]
RosterFile = Annotated[Path | None, typer.Option(help="CSV with a column id")]
SecretFile = Annotated[Path | None, typer.Option(help="file that decides the seeds")]
Submissions = Annotated[
    Path, typer.Argument(help="a module, a student's folder, a folder of students, or a zip")
]
Substitute = Annotated[
    bool,
    typer.Option(
        "--substitute", help="a unit that depends on others gets the answer key for those not complete"
    ),
]
TierName = Annotated[
    str | None,
    typer.Option(help="walls: T1, T2 or T3 (default: the strongest this machine offers), or T0 for none"),
]
UnitName = Annotated[str | None, typer.Argument(help="a unit, such as 01_softmax")]
GradedFolder = Annotated[Path, typer.Argument(help="a folder that `grader grade` wrote")]
