"""Loading a Python file by its path, under a name of its own.

Folders of units start with a digit and are no packages, so their files can't be imported by name.
The module is registered in sys.modules, without which its classes could not be pickled.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType


def load_module(path: Path, *, fresh: bool = False, joined: Sequence[Path] = ()) -> ModuleType:
    """The module in the file `path`, loaded once; with `fresh`, executed anew. An __init__.py is a package.

    joined: folders besides its own whose modules it may import by name.
    Errors of the module itself (SyntaxError, whatever its top level raises) reach the caller.
    """
    path = path.resolve()
    stem = path.parent.name if path.name == "__init__.py" else path.stem
    name = f"_unit_{hashlib.sha256(str(path).encode()).hexdigest()[:10]}_{stem}"
    if name in sys.modules and not fresh:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with helpers_importable(path.parent, *joined):
            spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


@contextmanager
def helpers_importable(*folders: Path) -> Iterator[None]:
    """Files in these folders can be imported by a module, and by it alone: they leave sys.modules afterwards."""
    before = set(sys.modules)
    sys.path[:0] = (added := [str(folder) for folder in folders])
    try:
        yield
    finally:
        for entry in added:
            sys.path.remove(entry)
        for name in set(sys.modules) - before:
            origin = getattr(sys.modules[name], "__file__", None)
            if (
                origin
                and not name.startswith("_unit_")
                and any(Path(origin).is_relative_to(f) for f in folders)
            ):
                del sys.modules[name]
