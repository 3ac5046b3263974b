"""Data sets to train on, by name: the embedded digits, digits drawn by the program, MNIST and Imagenette.

`load("digits")` is all it takes. Nothing is downloaded unless `grader data fetch` asks for it, and nothing heavy is
imported before it is used.
"""

from grader.course.datasets import strokes
from grader.course.datasets.catalogue import CATALOGUE, load
from grader.course.datasets.dataset import Dataset
from grader.course.datasets.deformation import deform
from grader.course.datasets.disguise import disguised, interchanged
from grader.course.datasets.errors import (
    DamagedFile,
    DatasetError,
    FetchFailed,
    MissingPackage,
    NotFetched,
    UnknownDataset,
)

__all__ = [
    "CATALOGUE",
    "DamagedFile",
    "Dataset",
    "DatasetError",
    "FetchFailed",
    "MissingPackage",
    "NotFetched",
    "UnknownDataset",
    "deform",
    "disguised",
    "interchanged",
    "load",
    "strokes",
]
