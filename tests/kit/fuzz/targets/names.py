"""The name of a file that somebody handed in, and of a student: folders, cells and lines that are made of it."""

from __future__ import annotations

import csv
import io

from fuzz import expect
from fuzz.damage import damaged, texts
from fuzz.targets.archive import NAMES
from hypothesis import strategies as st

from grader.encodable import readable
from grader.intake.discovery.attribution import Naming, is_name, named_unit, unit_at_end
from grader.intake.discovery.layouts import (
    Who,
    clone_owner,
    clone_prefix,
    parse_moodle_folder,
    parse_upload,
    unit_meant,
)
from grader.intake.submission.file_names import safe_name
from grader.spreadsheet import as_csv, cell, uncelled

_UNITS = {"01_softmax": "softmax", "02_init": "init", "03_data_loader": "data_loader"}
_MORE = st.sampled_from(
    [
        *(
            "hw1_softmax_final (2).py",
            "data-loader-ada.py",
            "01.py",
            "class-ada-lovelace",
            "con",
            "nul.py",
            "...",
            "a.",
        ),
        *(
            "=cmd|'/c calc'!A0",
            "'=1",
            "\u00ad=1",
            "＝1",
            "a_late_1_2_b-3.py",
            "x_1_assignsubmission_onlinetext",
            "a\u0301",
        ),
    ]
)
INPUTS = damaged(
    (NAMES | _MORE | texts(200)).map(lambda name: name.encode("utf-8", "surrogatepass")),
    [b"_", b"-", b".", b"_assignsubmission_", b"_late_"],
)


def run(data: bytes) -> None:
    name = data.decode("utf-8", "surrogateescape")  # as the system gives a name that is not UTF-8
    folder = safe_name(name)
    expect(0 < len(folder.encode()) <= 200 and not set(folder) & set('/\\\0<>:"|?*'), folder)
    expect(folder.strip(".") == folder and folder.isprintable(), folder)
    expect(safe_name(f"{name}x") != folder, "two students share", folder)
    text = cell(name)
    expect(next(iter(csv.reader(io.StringIO(as_csv([[name]]), newline=""))), [""]) == [text], text)
    expect(not text.lstrip().startswith(("=", "+", "@", "-", "|")), "a formula:", text)
    # an apostrophe of the text's own, before what would be a formula, means to a spreadsheet what the kit's does
    expect(uncelled(text) in (readable(name), readable(name).removeprefix("'")), text)
    is_name(name)
    (
        named_unit(name, _UNITS),
        unit_at_end(name, _UNITS),
        unit_meant(name, _UNITS, "ada"),
        parse_moodle_folder(name),
    )
    clone_owner(name, clone_prefix([name, "x" + name, name]))
    found = parse_upload(name)
    if found:
        who = found[0]
        Naming([who], None).key(who)
    Naming([Who((name,))], None).student(Who((name,)))
