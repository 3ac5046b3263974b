"""Load a Python file by its path, under a name of its own.

Folders of units start with a digit, so they are not packages and their files can't be imported by name.
The module is registered in sys.modules, without which its classes could not be pickled.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType


class HelperModules(MetaPathFinder):
    """The modules in some folders, which a submission may import by name while it runs, and nobody else ever.

    Each submission has its own: two units may both have a helper.py, and neither gets the other's. What was
    imported is kept from one call of `importable` to the next, so a helper is executed once.

    passes_over: says of a file found there that the import has to pass it over; what it raises reaches whoever imports
    """

    def __init__(self, *folders: Path, passes_over: Callable[[Path], bool] = lambda file: False) -> None:
        self._folders = [str(folder) for folder in folders]
        self._passes_over = passes_over
        self._imported: dict[str, ModuleType] = {}
        self._found: set[str] = set()

    @contextmanager
    def importable(self) -> Iterator[None]:
        """Within the body these modules can be imported. Afterwards sys.modules has what it had under their names."""
        covered = {name: sys.modules[name] for name in self._imported if name in sys.modules}
        sys.modules.update(self._imported)
        # Before sys.path is searched, but after what is built into Python.
        sys.meta_path.insert(_place_in(sys.meta_path), self)
        try:
            yield
        finally:
            if self in sys.meta_path:
                sys.meta_path.remove(self)
            names = self._found | set(self._imported)
            self._imported = {name: sys.modules.pop(name) for name in names if name in sys.modules}
            sys.modules.update(covered)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module in the folders, or in a package there; None for any other."""
        if path is None:
            spec = PathFinder.find_spec(fullname, self._folders, target)
            if spec is not None and spec.loader is None and PathFinder.find_spec(fullname) is not None:
                return None  # a folder without __init__.py never hides an installed package
        elif fullname.partition(".")[0] in self._found:
            spec = PathFinder.find_spec(fullname, path, target)
        else:
            return None
        if spec is not None and spec.has_location and self._passes_over(Path(spec.origin or "")):
            return None
        if spec is not None:
            self._found.add(fullname)
        return spec


def _place_in(finders: Sequence[object]) -> int:
    return next((k for k, finder in enumerate(finders) if finder is PathFinder), len(finders))


def load_module(path: Path, *, fresh: bool = False, helpers: HelperModules | None = None) -> ModuleType:
    """Return the module in the file `path`, loaded once; with `fresh`, executed anew. An __init__.py is a package.

    helpers: the modules that it may import by name (default: those beside it, while it is loaded).
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
        with (helpers or HelperModules(path.parent)).importable():
            spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module
