"""What somebody else wrote is refused in the documented way or read as it is, whatever it is: see tests/kit/fuzz.

Some seconds of what `make fuzz` does for an hour, on valid things and damaged ones.
"""

from __future__ import annotations

import pytest
from fuzz import NAMES, Target, target
from hypothesis import HealthCheck, given, settings

_EXAMPLES = 60


@pytest.mark.parametrize("name", NAMES)
def test_it_is_read_or_refused(name: str) -> None:
    fuzzed: Target = target(name)

    @settings(max_examples=_EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(data=fuzzed.inputs)
    def run(data: bytes) -> None:
        fuzzed.run(data)

    run()
