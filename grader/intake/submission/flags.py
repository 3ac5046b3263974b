"""Flags: what the source of a submission names and its unit has no use for, for a person to look at.

They say nothing about guilt, and cost no points. They name the means by which code in a process could evade the guard
of forbidden calls, which shares the process with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from grader.intake.submission.staging import StagedSubmission

_MOST_BYTES = 2 << 20  # of each file; longer ones are machine-made
_WORDS = {
    "hooks of the interpreter": r"\b(?:settrace|setprofile|addaudithook)\b",
    "ctypes": r"\b(?:ctypes|cffi)\b",
    "the kit's own modules": r"\bgrader\.(?:box|judge|suite|records)\b|sys\.modules\s*\[\s*f?\\?['\"]grader",
    "stack frames or all objects": (
        r"\b(?:_getframe|_current_frames|currentframe|f_globals|f_back|get_objects|get_referrers"
        r"|__closure__|__globals__|cell_contents)\b"
    ),
    "code that runs by itself": r"\bgc\.callbacks\b|\b(?:setitimer|set_threshold|call_tracing|_?xxsubinterpreters)\b",
    "torch's dispatcher": (
        r"\b(?:DisableTorchFunction\w*|_DisableTorchDispatch|DispatchKey\w*|\w*DispatchKeyGuard|_pop_mode\w*"
        r"|_pop_torch_\w+|_disable_current_modes|torch\.library|redispatch|_dispatch_keys|_op_dk)\b"
    ),
    "compiled code": r"\b(?:CompilationUnit|_jit_script_compile|torch\.jit\.load|cpp_extension)\b",
    "code objects": r"\b(?:__code__|co_code|CodeType|getsource|marshal)\b",
    "library code replaced": (
        r"\bsetattr\s*\(\s*(?:torch|numpy|np|scipy)\b"
        r"|(?m:^[ \t]*(?:torch|np|numpy|scipy)(?:\.\w+)+[ \t]*=(?!=))"
        r"|\bsys\.modules\s*\[\s*\\?['\"](?:torch|numpy|scipy)"
    ),
}
_PATTERNS = {flag: re.compile(pattern) for flag, pattern in _WORDS.items()}


def flags_of(copy: StagedSubmission) -> tuple[str, ...]:
    """Return the flags of a copied submission: its module, or the notebook's cells, and the helpers beside it."""
    texts = [_text(file) for file in sorted(copy.path.parent.rglob("*")) if file.is_file()]
    return flags_in(texts)


def flags_in(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the flags of these sources."""
    return tuple(flag for flag, pattern in _PATTERNS.items() if any(map(pattern.search, texts)))


def _text(file: Path) -> str:
    with file.open("rb") as opened:
        return opened.read(_MOST_BYTES).decode("utf-8", "replace")
