"""Draw the pictures in handouts from the answer key.

A unit that has a picture holds `picture.py` among its tests, with `draw(module) -> str`, and in its handout the two
lines between which the picture belongs.
"""

from __future__ import annotations

from grader.course import CourseError, Unit, load_module

_BEGIN = "<!-- BEGIN PICTURE: generated, not to be edited -->\n"
_END = "<!-- END PICTURE -->\n"


def generate_handout(unit: Unit) -> str:
    """Return the text of the unit's handout, its picture drawn anew. Raise CourseError without a place for it."""
    text = unit.handout.read_text(encoding="utf-8")
    drawing = unit.tests / "picture.py"
    if not drawing.exists():
        return text
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise CourseError(
            f"{unit.handout} has no place for its picture: put it between the lines\n{_BEGIN}{_END}"
        )
    picture = load_module(drawing).draw(load_module(unit.reference))
    return f"{before}{begin}\n{picture}\n{end}{after}"
