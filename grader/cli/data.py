"""`grader data`: list, fetch and verify the data sets to train on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from grader.course.datasets import DamagedFile, DatasetError, FetchFailed, catalogue
from grader.course.datasets.fetching import cache_folder

app = typer.Typer(no_args_is_help=True, help="The data sets to train on: list, fetch and verify them.")

Name = Annotated[str, typer.Argument(help="digits, strokes, mnist or imagenette")]
MaybeName = Annotated[str | None, typer.Argument(help="one data set (default: all that are here)")]
Cache = Annotated[
    Path | None, typer.Option(help="folder of the data (default: $GRADER_DATA, or the platform's cache)")
]


@app.command("list")
def list_(cache: Cache = None) -> None:
    """List the data sets: how many images, how large on disk, and which are here."""
    raise typer.Exit(_status_of(lambda: _list(cache)))


@app.command()
def fetch(
    name: Name,
    cache: Cache = None,
    mirror: Annotated[
        str | None, typer.Option(metavar="URL", help="fetch from this address's folder instead")
    ] = None,
) -> None:
    """Download a data set once: files that are here and whole are kept."""
    raise typer.Exit(_status_of(lambda: _fetch(name, cache, mirror)))


@app.command()
def verify(name: MaybeName = None, cache: Cache = None) -> None:
    """Check the files of a data set, or of all that are here, against their checksums."""
    raise typer.Exit(_status_of(lambda: _verify(name, cache)))


def _status_of(command: Callable[[], int]) -> int:
    """Run a command, and return its exit status. An error is printed: 1 for data that can't be had, 2 for usage."""
    try:
        return command()
    except DatasetError as error:
        print(f"grader: {error}", file=sys.stderr)
        return 1 if isinstance(error, FetchFailed | DamagedFile) else 2


def _list(cache: Path | None) -> int:
    folder = cache_folder(cache)
    table = Table(caption=f"Downloaded files are in {folder}", caption_justify="left")
    for column in ("name", "images to train on", "to validate with", "one image", "size on disk", "here?"):
        table.add_column(column, justify="right" if "to " in column or "size" in column else "left")
    for e in catalogue.CATALOGUE.values():
        train, valid = e.images or ("as many as you like",) * 2
        here = catalogue.is_present(e, folder)
        on_disk = f"{catalogue.size_on_disk(e, folder) / 1e6:.0f} MB" if here and e.source else "—"
        here_or_how = (
            "yes" if here else f"no: grader data fetch {e.name}" if e.source else "no: needs scikit-learn"
        )
        table.add_row(e.name, str(train), str(valid), e.shape, on_disk, here_or_how)
    Console(highlight=False, width=130).print(table)
    for e in catalogue.CATALOGUE.values():
        size = f" {sum(f.size for f in e.source.files) / 1e6:.0f} MB to fetch." if e.source else ""
        print(f"{e.name}: {e.origin}. Licence: {e.licence}.{size}")
    return 0


def _fetch(name: str, cache: Path | None, mirror: str | None) -> int:
    e = catalogue.entry(name)
    if e.source is None:
        print(f"{name}: nothing to fetch. It is {e.origin}.")
        return 0
    folder = cache_folder(cache)
    new = catalogue.fetch(e, folder, mirror=mirror, progress=True)
    for path in new:
        print(f"fetched {path}")
    print(f"{name} is here." if new else f"{name} is here already: nothing was fetched.")
    return 0


def _verify(name: str | None, cache: Path | None) -> int:
    folder = cache_folder(cache)
    asked = [catalogue.entry(name)] if name else [e for e in catalogue.CATALOGUE.values() if e.source]
    bad = 0
    for e in asked:
        if name is None and not catalogue.is_present(e, folder):
            print(f"{e.name}: not here")
            continue
        problems = catalogue.verify(e, folder)
        for path in problems:
            print(f"{e.name}: {path} is {'damaged' if path.exists() else 'missing'}")
        print(f"{e.name}: fetch it again: grader data fetch {e.name}" if problems else f"{e.name}: whole")
        bad += bool(problems)
    return 1 if bad else 0
