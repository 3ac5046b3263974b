"""Count sentences that are hard to read: docstrings that open with What, Whether, Where or Who, and worn-out phrases.

    python benchmarks/plain_words.py [--root DIR] [--show]

DIR is a checkout of the kit (this one by default). The phrases are counted in grader/, the pages at the top, the
handouts and the answer keys, in whatever has them: code, messages, HTML. docs/ repeats docstrings and is left out.
--show lists every place.
"""

from __future__ import annotations

import argparse
import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parents[1]
OPENINGS = ("What", "Whether", "Where", "Who")
PHRASES = ("told", "is no", "that is none", "of which")
READ = (
    "*.md",
    "assignments/*/README.md",
    "reference/*/*.py",
    "grader/**/*.py",
    "grader/**/*.html",
)
DEFINITIONS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Place:
    """A sentence that counts: the kind it is counted as, where it stands, and its line."""

    kind: str
    file: Path
    line: int
    text: str


def docstrings(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each docstring of a module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, DEFINITIONS) and (text := ast.get_docstring(node)):
            yield node.body[0].lineno, text


def modules(root: Path) -> list[Path]:
    """Return the modules of grader/, without the demo's submissions: one of these is not valid Python."""
    return sorted(f for f in (root / "grader").rglob("*.py") if "misbehaving" not in f.parts)


def openings(root: Path) -> Iterator[Place]:
    """Yield the docstrings of grader/ that open with one of OPENINGS."""
    for file in modules(root):
        for line, text in docstrings(file):
            if (word := re.match(r"\w+", text)) and word[0] in OPENINGS:
                yield Place(word[0], file.relative_to(root), line, text.splitlines()[0])


def phrases(root: Path) -> Iterator[Place]:
    """Yield each use of one of PHRASES, whatever kind of text it stands in."""
    for file in sorted({f for pattern in READ for f in root.glob(pattern)}):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            for phrase in PHRASES:
                for _ in re.finditer(rf"\b{phrase}\b", line):
                    yield Place(phrase, file.relative_to(root), number, line.strip())


def counts(kinds: tuple[str, ...], places: list[Place]) -> str:
    """Return how many places there are of each kind, as one line."""
    found = Counter(place.kind for place in places)
    return ", ".join(f"{kind} {found[kind]}" for kind in kinds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--root", type=Path, default=HERE)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    docstring_count = sum(1 for file in modules(given.root) for _ in docstrings(file))
    opened, used = list(openings(given.root)), list(phrases(given.root))
    if given.show:
        for place in opened + used:
            print(f"{place.file}:{place.line}: [{place.kind}] {place.text}")
    print(f"docstrings in grader/: {docstring_count}, {len(opened)} of them open with one of these words:")
    print("   ", counts(OPENINGS, opened))
    print(f"phrases in code, messages, README and handouts: {len(used)}")
    print("   ", counts(PHRASES, used))


if __name__ == "__main__":
    main()
