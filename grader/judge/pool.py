"""A warm judge that outlives one grading, so that the next one need not start another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from grader.judge.client import JudgeClient, JudgeSpec


class JudgePool:
    """At most one running judge, which is reused as long as it covers what is asked for. Use as a context manager.

    A judge reads the suite when it starts: use a new pool after the course's files have changed.
    """

    def __init__(self) -> None:
        self._judge: JudgeClient | None = None

    def __enter__(self) -> JudgePool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def idle_judge(self, spec: JudgeSpec) -> JudgeClient:
        """Return a ready judge for the spec that has no jobs: the running one, or a new one in its place.

        Raises JudgeFault when the suite can't be used.
        """
        if self._judge and self._judge.idle and self._judge.spec.covers(spec):
            return self._judge
        self.close()
        self._judge = JudgeClient(spec)
        self._judge.wait_until_ready()
        return self._judge

    def close(self) -> None:
        """End the running judge."""
        if self._judge:
            self._judge.close()
        self._judge = None


@contextmanager
def pool_or_new(pool: JudgePool | None) -> Iterator[JudgePool]:
    """Yield the pool, or a new one that ends with the block."""
    if pool is not None:
        yield pool
        return
    with JudgePool() as own:
        yield own
