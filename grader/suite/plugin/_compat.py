"""The private names of pytest and hypothesis that the kit uses: a new version of either may break this module alone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.config import _prepareconfig
from _pytest.mark.expression import Expression
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings
from hypothesis.internal.entropy import deterministic_PRNG
from hypothesis.strategies import DataObject


def configured(arguments: list[str], plugins: Sequence[object]) -> pytest.Config:
    """Return pytest's configuration for these arguments, with its plugins configured."""
    config = _prepareconfig(arguments, plugins=plugins)
    config._do_configure()
    return config


def set_rootpath(config: pytest.Config, root: Path) -> None:
    """Make `root` the folder that pytest takes for its root."""
    config._rootpath = root  # type: ignore[attr-defined]


def run_protocol(item: pytest.Item, following: pytest.Item | None) -> list[pytest.TestReport]:
    """Set up, run and tear down a test without logging it. Return the reports.

    following: the next test, whose fixtures stay
    """
    return runtestprotocol(item, log=False, nextitem=following)


def tear_down_fixtures(session: pytest.Session) -> None:
    """Tear down every fixture of the session."""
    session._setupstate.teardown_exact(None)


def chooses(expression: str, occurs: Callable[[str], bool]) -> bool:
    """Return True if the expression of `-k` chooses a test in whose names the words for which `occurs` is True occur.

    So does one that pytest can't read: it will say so itself.
    """

    def matcher(word: str, /, **_: object) -> bool:
        return occurs(word)

    try:
        return Expression.compile(expression.lstrip()).evaluate(matcher)
    except Exception:
        return True


def captured_streams(item: pytest.Item) -> list[tuple[str, str, str]]:
    """Return what pytest captured of the test's output: (phase, stream, text) for each stream of each phase."""
    return list(getattr(item, "_report_sections", ()))


def draws_examples(test: Any) -> bool:
    """Return True for a test that hypothesis calls with examples."""
    return bool(getattr(test, "is_hypothesis_test", False))


def fixtures_of(item: pytest.Function) -> dict[str, Any]:
    """Return the arguments that pytest calls the test with."""
    return {name: item.funcargs[name] for name in item._fixtureinfo.argnames}


def body_of(test: Any) -> Callable[..., Any]:
    """Return the function that hypothesis calls with each example of the test."""
    return test.hypothesis.inner_test  # type: ignore[no-any-return]


@contextlib.contextmanager
def body_replaced(
    test: Any, replacement: Callable[[Callable[..., Any]], Callable[..., Any]]
) -> Iterator[None]:
    """Within the block, hypothesis calls `replacement(body)` in place of the test's body."""
    body = body_of(test)
    test.hypothesis.inner_test = replacement(body)
    try:
        yield
    finally:
        test.hypothesis.inner_test = body


def is_data(value: object) -> bool:
    """Return True for what hypothesis draws for `st.data()`."""
    return isinstance(value, DataObject)


def seeded_as_in_an_example() -> contextlib.AbstractContextManager[None]:
    """Within the block, random generators are as at the start of an example; afterwards as before."""
    return deterministic_PRNG()


def drop_hypothesis_report(item: pytest.Item) -> None:
    """Keep hypothesis from adding its own words to the report of a failure."""
    vars(item).pop("hypothesis_report_information", None)


def without_shrinking(test: Any) -> None:
    """From now on, in this process, `test` stops at the first example that fails, however large."""
    parent = getattr(test, "_hypothesis_internal_use_settings", None)
    if parent is not None:  # a test with examples
        test._hypothesis_internal_use_settings = settings(parent, phases=(Phase.explicit, Phase.generate))


def forget_local_constants() -> None:
    """Keep hypothesis from drawing constants that it finds in local modules.

    Which modules are local depends on where the kit is installed, and official examples may not depend on that.
    """
    from hypothesis.internal.conjecture import providers

    providers._local_constants = type(providers._local_constants)()
    providers._sys_modules_len = None
    providers._get_local_constants = lambda: providers._local_constants  # type: ignore[assignment]
