"""Cases, strategies and checks of test_hidden_anneal.py."""

import math

from hypothesis import strategies as st

from grader.suite import assert_close


def schedules_agree(student, reference, name, start, end, positions, allowed) -> None:
    asks = [[0, pos] for pos in positions]
    got, due = (who.run("values", [[name, start, end]], asks) for who in (student, reference))
    for pos, one, expected in zip(positions, got, due, strict=True):
        assert_close(one, expected, what=f"{name}({start:g}, {end:g}) at {pos:g}", atol=allowed + 1e-12)


def shares_of(cuts: list[int]) -> list[float]:
    return [(b - a) / 8 for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 8], strict=True)]


some_shares = st.lists(st.integers(1, 7), max_size=3, unique=True).map(shares_of)


@st.composite
def nested(draw: st.DrawFn) -> tuple[list, list]:
    """(tree, asks): combined schedules, some of whose phases are combined, and a position inside each last phase."""
    tree: list = [draw(some_shares), []]
    asks, number = [], 0
    for k, share in enumerate(tree[0]):
        begin = math.fsum(tree[0][:k])
        inner = draw(some_shares) if draw(st.booleans()) else None
        if inner is None:
            number += 1
            tree[1].append(number)
            asks.append([0, begin + share * draw(st.floats(0.05, 0.95))])
            continue
        tree[1].append([inner, list(range(number + 1, number + 1 + len(inner)))])
        number += len(inner)
        for j, part in enumerate(inner):
            asks.append([0, begin + share * (math.fsum(inner[:j]) + part * draw(st.floats(0.05, 0.95)))])
    return tree, draw(st.permutations(asks))
