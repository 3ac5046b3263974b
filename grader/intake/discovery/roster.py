"""The roster: a CSV file of the class, and the many ways in which file names spell its students."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from grader.plain_files import open_plain

_ID_COLUMNS = ("id", "student id", "sis login id", "sis user id")
_CANVAS_IDS = ("sis login id", "sis user id", "id")
_LOGIN_COLUMNS = ("login", "username", "github")
_DUE_COLUMNS = ("due", "duedate", "due date")
_QUOTED = re.compile(r'"(?:[^"]++|"")*+"?')
_MOST_BYTES = 20 * 1024**2
_MOST_WORDS = 12  # of a name whose surname is looked for at every place


class RosterError(ValueError):
    """A roster that can't be used. The text names the line and what to do."""


@dataclass(frozen=True)
class RosterEntry:
    """One line of the roster. `canvas` is Canvas's own number of the student, in its file names too.

    due: unit → due date; "" is for all other units
    """

    id: str
    name: str = ""
    email: str = ""
    aliases: tuple[str, ...] = ()
    section: str = ""
    canvas: str = ""
    first: str = ""
    last: str = ""
    due: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def first_name(self) -> str:
        return self.first or self._cut()[1]

    @property
    def last_name(self) -> str:
        """The surname; the whole name if nothing says which part of it that is."""
        return self.last or self._cut()[0]

    def due_for(self, unit: str) -> str:
        return self.due.get(_column(unit)) or self.due.get("", "")

    def _cut(self) -> tuple[str, str]:
        if self.first or self.last:
            return "", ""
        last, _, first = self.name.partition(",")
        return last.strip(), first.strip()


@dataclass(frozen=True)
class Roster:
    """The students of a class, in the order of the file. Ids are text: 007 stays 007."""

    students: tuple[RosterEntry, ...]

    def __iter__(self) -> Iterator[RosterEntry]:
        return iter(self.students)

    @classmethod
    def read(cls, file: Path) -> Roster:
        """Read a CSV file: UTF-8, UTF-16 or cp1252; comma, semicolon or tab.

        Columns: id (or student_id, or those of a Canvas gradebook), and if wanted name, email,
        aliases (separated by ;), section, first_name, last_name, due (or `due UNIT`). Raises RosterError.
        """
        try:
            with open_plain(file) as stream:
                data = stream.read(_MOST_BYTES + 1)
            if len(data) > _MOST_BYTES:
                raise RosterError(
                    f"The roster {file} is larger than {_MOST_BYTES >> 20} MB. Give a file that lists one class."
                )
        except OSError as error:
            raise RosterError(f"The roster {file} can't be read: {error.strerror}.") from error
        try:
            return cls(tuple(_parse(decode_csv(data))))
        except RosterError as error:
            raise RosterError(f"{file}: {error}") from error

    def find(self, label: str) -> str | None:
        """Return the id of the one student whom `label` names; None when it names nobody, or several.

        Tried in turn, ignoring case: id; login, email and alias; full name, also as 'Last, First';
        Canvas's 'lastfirst', at last without accents.
        """
        for index, key in zip(self._indexes, (_fold, _fold, _fold, _squeeze, _bare), strict=True):
            if found := index.get(key(label)):
                return next(iter(found)) if len(found) == 1 else None
        return None

    def find_canvas(self, number: str) -> str | None:
        """Return the id of the student with this number of Canvas's, if the roster is a Canvas gradebook."""
        return next((s.id for s in self.students if s.canvas and s.canvas == number), None)

    @cached_property
    def _indexes(self) -> tuple[dict[str, set[str]], ...]:
        ids: dict[str, set[str]] = {}
        logins: dict[str, set[str]] = {}
        names: dict[str, set[str]] = {}
        squeezed: dict[str, set[str]] = {}
        bare: dict[str, set[str]] = {}
        for student in self.students:
            _add(ids, student.id, [_fold(student.id)])
            _add(logins, student.id, map(_fold, (student.email, *student.aliases)))
            spellings = list(_spellings(student.name))
            _add(names, student.id, map(_fold, spellings))
            _add(squeezed, student.id, map(_squeeze, spellings))
            _add(bare, student.id, map(_bare, spellings))
        return ids, logins, names, squeezed, bare


def _add(index: dict[str, set[str]], student: str, keys: Iterable[str]) -> None:
    for key in keys:
        if key:
            index.setdefault(key, set()).add(student)


def _spellings(name: str) -> Iterator[str]:
    """'Ada King Noel' is also 'Noel, Ada King' and 'King Noel, Ada': where a surname starts isn't known."""
    yield name
    if "," in name:
        last, _, first = name.partition(",")
        yield f"{first.strip()} {last.strip()}"
        return
    words = name.split()
    for i in range(1, min(len(words), _MOST_WORDS)):
        yield f"{' '.join(words[i:])}, {' '.join(words[:i])}"


def _fold(text: str) -> str:
    """Return one spelling for texts that differ in case, in spaces or in how Unicode composes them."""
    return " ".join(unicodedata.normalize("NFKC", text).replace(",", ", ").split()).casefold()


def _squeeze(text: str) -> str:
    """Return letters, marks and digits only, as in Canvas's lastfirst."""
    return "".join(c for c in _fold(text) if unicodedata.category(c)[0] in "LMN")


def _bare(text: str) -> str:
    """Return the squeezed text, without the accents of Latin, Greek and Cyrillic letters."""
    return "".join(c for c in unicodedata.normalize("NFKD", _squeeze(text)) if not "\u0300" <= c <= "\u036f")


def decode_csv(data: bytes) -> str:
    """Return the text of a CSV file as spreadsheets save it: UTF-8, UTF-16 or cp1252, else latin-1."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("cp1252")
        return data.decode("latin-1")


def delimiter_of(text: str) -> str:
    """Return the delimiter of a CSV file: the most frequent one in its first line, outside of quotes."""
    header = _QUOTED.sub("", re.split(r"[\r\n]", text.lstrip(), maxsplit=1)[0])
    return max(",;\t", key=header.count)


def _parse(text: str) -> Iterator[RosterEntry]:
    delimiter = delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    lines: dict[str, int] = {}
    try:
        for row in reader:
            cells = [c.strip() for c in row]
            if not any(cells):
                continue
            if not columns:
                columns = _columns(cells)
                continue
            if any(cells[len(columns) :]):
                raise RosterError(
                    f"there are {len(cells)} cells, more than columns: put quotes around text with a {delimiter!r}."
                )
            student = _student(dict(zip(columns, cells, strict=False)))
            if student is None:
                continue
            key = student.id.casefold()
            if key in lines:
                raise RosterError(
                    f"the id {student.id!r} is on line {lines[key]} already (case does not count). Each student "
                    "needs an id of their own."
                )
            lines[key] = reader.line_num
            yield student
    except (RosterError, csv.Error) as error:
        raise RosterError(f"line {reader.line_num}: {error}") from error
    if not columns:
        raise RosterError(
            "it is empty. Its first line should name the columns: id,name,email,aliases,section."
        )


def _columns(cells: list[str]) -> list[str]:
    columns = [_column(c) for c in cells]
    if not set(columns) & set(_ID_COLUMNS):
        found = ", ".join(c for c in cells if c)
        raise RosterError(
            f"there is no column id (or student_id, SIS Login ID, SIS User ID). Found: {found}."
        )
    return columns


def _column(name: str) -> str:
    """Return one spelling of a column's name: 'Due 01_softmax' is 'due 01 softmax'."""
    return " ".join(name.casefold().replace("_", " ").split())


def _student(row: dict[str, str]) -> RosterEntry | None:
    canvas = bool({"sis login id", "sis user id"} & set(row))
    ids = [row[c] for c in (_CANVAS_IDS if canvas else _ID_COLUMNS) if row.get(c)]
    if not ids:
        if canvas:  # Canvas puts the possible points and posting policies between header and students
            return None
        raise RosterError("the id is empty.")
    aliases = [a.strip() for a in row.get("aliases", "").split(";")]
    aliases += [row.get(c, "") for c in _LOGIN_COLUMNS]
    # Canvas's own number is not an alias: other systems' numbers could be the same by chance.
    aliases += [row.get(c, "") for c in ("sis login id", "sis user id")] if canvas else []
    first, last = row.get("first name", ""), row.get("last name", "")
    due = {c.removeprefix("due").strip(): v for c, v in row.items() if c == "due" or c.startswith("due ")}
    due[""] = next((row[c] for c in _DUE_COLUMNS if row.get(c)), "")
    return RosterEntry(
        id=ids[0],
        name=row.get("name") or (row.get("student", "") if canvas else f"{first} {last}".strip()),
        email=row.get("email", ""),
        aliases=tuple(a for a in aliases if a and a != ids[0]),
        section=row.get("section", ""),
        canvas=row.get("id", "") if canvas else "",
        first=first,
        last=last,
        due={unit: when for unit, when in due.items() if when},
    )
