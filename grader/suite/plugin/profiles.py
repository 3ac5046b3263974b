"""How hypothesis works: random and remembering at home, repeatable and brief when it counts."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.database import InMemoryExampleDatabase

EXAMPLES = 20

settings.register_profile(
    "local",
    max_examples=EXAMPLES,
    deadline=None,
    print_blob=True,
    report_multiple_bugs=False,
    # without Phase.explain, which traces every line: 42 of the 44 s that a handler with one mistake took in 05
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "live",  # in a notebook: as at home, but remembering no longer than the kernel lives
    settings.get_profile("local"),
    database=InMemoryExampleDatabase(),
)
settings.register_profile(
    "official",
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    print_blob=True,
    report_multiple_bugs=False,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


def without_shrinking(test: Any) -> None:
    """From now on, in this process, `test` stops at the first example that fails, however large."""
    parent = getattr(test, "_hypothesis_internal_use_settings", None)
    if parent is not None:  # a test with examples
        brief = settings(parent, phases=(Phase.explicit, Phase.generate))
        test._hypothesis_internal_use_settings = brief


def seed_for(base: bytes, test: str) -> int:
    """The seed of a test: the same for every student, unknown without `base`. 63 bits."""
    return int.from_bytes(hmac.new(base, test.encode(), hashlib.sha256).digest()[:8]) >> 1


def forget_local_constants() -> None:
    """Hypothesis draws on constants it finds in local modules, and which modules are local depends on where
    the kit is installed. Official examples may not depend on that."""
    from hypothesis.internal.conjecture import providers

    providers._local_constants = type(providers._local_constants)()
    providers._sys_modules_len = None
    providers._get_local_constants = lambda: providers._local_constants  # type: ignore[assignment]


class ExampleBell:
    """Rings when hypothesis begins an example: it seeds every generator that is registered with it."""

    def __init__(self) -> None:
        self.on_example = lambda: None

    def seed(self, *_: object) -> None:
        self.on_example()

    def getstate(self) -> tuple[int]:
        return (0,)

    def setstate(self, state: object) -> None:
        pass


BELL = ExampleBell()
hypothesis.register_random(BELL)  # keeps a weak reference: BELL lives as long as this module
