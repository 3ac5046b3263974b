"""Loading a Python file by its path, under a name of its own.

Folders of units start with a digit and are no packages, so their files can't be imported by name.
The module is registered in sys.modules, without which its classes could not be pickled.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType


def load_module(path: Path, *, fresh: bool = False) -> ModuleType:
    """The module in the file `path`, loaded once; with `fresh`, executed anew.

    Errors of the module itself (SyntaxError, whatever its top level raises) reach the caller.
    """
    path = path.resolve()
    name = f"_unit_{hashlib.sha256(str(path).encode()).hexdigest()[:10]}_{path.stem}"
    if name in sys.modules and not fresh:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with helpers_importable(path.parent):
            spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


@contextmanager
def helpers_importable(folder: Path) -> Iterator[None]:
    """Files beside a module can be imported by it, and by it alone: they leave sys.modules afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            origin = getattr(sys.modules[name], "__file__", None)
            if origin and Path(origin).is_relative_to(folder) and not name.startswith("_unit_"):
                del sys.modules[name]
