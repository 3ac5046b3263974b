"""The schema of thresholds.toml: how accurate a model has to become, by data set, device and function."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from grader.course.schema import convert, read_toml

FILE = "thresholds.toml"
Share = Annotated[float, msgspec.Meta(ge=0, le=1, description="a number from 0 to 1")]
Count = Annotated[int, msgspec.Meta(ge=0, description="a whole number, 0 or more")]
Positive = Annotated[int, msgspec.Meta(ge=1, description="a whole number above 0")]


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The accuracy that a model has to reach, as `grader calibrate` found it with the answer key.

    accuracy: the least that a run has to reach
    epochs:   how long it may train, in passes over the training set
    runs:     of the answer key; below: how many of them stayed below `accuracy`; lowest: the worst of them
    """

    accuracy: Share
    epochs: Positive
    runs: Count
    below: Count
    lowest: Share


Thresholds = dict[str, dict[str, dict[str, Goal]]]


def read_thresholds(file: Path) -> Thresholds:
    """Return data set → device → "function" or "function.model" → goal; nothing where there is no such file.

    Raise CourseError, naming the file and the key, for what the schema doesn't allow.
    """
    return convert(read_toml(file), Thresholds, file=file) if file.exists() else {}
