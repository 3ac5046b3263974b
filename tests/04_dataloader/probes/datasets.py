"""Dataset and collate."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch

from grader.box.names import lookup


def look_up(module: ModuleType, x: Any, y: Any, index: Any) -> dict[str, Any]:
    """Dataset(x, y)[index], and what kind of thing that is; index: an int, a list, a tensor, or ["slice", a, b, c]."""
    ds = lookup(module, "Dataset")(x, y)
    if isinstance(index, list) and index[:1] == ["slice"]:
        index = slice(*index[1:])
    item = ds[index]
    return {"item": item, "kind": type(item).__name__}


def look_up_in_two(module: ModuleType, one: list[Any], two: list[Any], index: int) -> list[Any]:
    """[Dataset(*one)[index], its length, Dataset(*two)[index], its length], asked after both were made."""
    a, b = lookup(module, "Dataset")(*one), lookup(module, "Dataset")(*two)
    return [a[index], len(a), b[index], len(b)]


def length_of_dataset(module: ModuleType, x: Any, y: Any) -> Any:
    """len(Dataset(x, y))."""
    return len(lookup(module, "Dataset")(x, y))


def collate_and_look(module: ModuleType, batch: list[Any]) -> dict[str, Any]:
    """What became of the list that collate was given: its "length", and the numbers of items that "changed"."""
    items = list(batch)
    copies = [[part.clone() for part in item] for item in items]
    lookup(module, "collate")(batch)
    changed = [
        i
        for i, (item, copy) in enumerate(zip(items, copies, strict=True))
        if i >= len(batch)
        or batch[i] is not item
        or not all(torch.equal(a, b) for a, b in zip(item, copy, strict=True))
    ]
    return {"length": len(batch), "changed": changed}
