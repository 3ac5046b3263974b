"""Hypothesis profiles: random and remembering at home, repeatable where a grade depends on it."""

from __future__ import annotations

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


def load(name: str) -> None:
    """Make hypothesis work by this profile. Tests build on it when they are imported, so load it before."""
    settings.load_profile(name)
