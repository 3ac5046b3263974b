"""The statistics of shuffles keep the promises they make: right shuffles pass, each wrong one is caught."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
import torch

from grader.suite import Mismatch
from grader.suite.statistics import Ascents, EveryOrder, Shuffles, Underpowered
from grader.suite.statistics.binomial import limits_of_total, moments
from grader.suite.statistics.counts import Neighbours, Places
from grader.suite.statistics.means import Cycles, FixedPoints, Inversions
from grader.suite.statistics.orders import STEPS, as_permutations, ordinal

N, K = 16, 2000
BS = 4
FIVE = (Places, Neighbours, Inversions, FixedPoints, Cycles)
SHUFFLES = Shuffles(N, K)
Generator = torch.Generator


def seeded(seed: int) -> Generator:
    return Generator().manual_seed(seed)


def uniform(k: int, n: int, g: Generator) -> torch.Tensor:
    return torch.rand(k, n, generator=g, dtype=torch.float64).argsort(1)


def swapped(orders: torch.Tensor, i: int, j: torch.Tensor) -> None:
    """In each row, exchange entry i with entry j of that row."""
    rows = torch.arange(len(orders))
    at_i, at_j = orders[:, i].clone(), orders[rows, j].clone()
    orders[:, i], orders[rows, j] = at_j, at_i


def in_order(k: int) -> torch.Tensor:
    return torch.arange(N).repeat(k, 1)


def swap_with_any(k: int, g: Generator) -> torch.Tensor:
    orders = in_order(k)
    for i in range(N):
        swapped(orders, i, torch.randint(0, N, (k,), generator=g))
    return orders


def sattolo(k: int, g: Generator) -> torch.Tensor:
    orders = in_order(k)
    for i in range(N - 1, 0, -1):
        swapped(orders, i, torch.randint(0, i, (k,), generator=g))
    return orders


def within_batches(k: int, g: Generator) -> torch.Tensor:
    start = torch.arange(0, N, BS).repeat_interleave(BS)
    return uniform(k * N // BS, BS, g).reshape(k, N) + start


def order_of_batches(k: int, g: Generator) -> torch.Tensor:
    return (uniform(k, N // BS, g)[:, :, None] * BS + torch.arange(BS)).reshape(k, N)


def rotated(k: int, g: Generator) -> torch.Tensor:
    return (in_order(k) + torch.randint(0, N, (k, 1), generator=g)) % N


def half_size_buffer(k: int, g: Generator) -> torch.Tensor:
    """A buffer of half the items; the one that leaves it, at random, makes room for the next."""
    size, rows = N // 2, torch.arange(k)
    buffer, out = in_order(k)[:, :size].clone(), []
    for item in range(size, N):
        place = torch.randint(0, size, (k,), generator=g)
        out.append(buffer[rows, place].clone())
        buffer[rows, place] = item
    return torch.cat([torch.stack(out, 1), buffer.gather(1, uniform(k, size, g))], 1)


def last_fixed(k: int, g: Generator) -> torch.Tensor:
    return torch.cat([uniform(k, N - 1, g), torch.full((k, 1), N - 1)], 1)


def keys_with_ties(k: int, g: Generator) -> torch.Tensor:
    return torch.randint(0, N, (k, N), generator=g).sort(dim=1, stable=True).indices


WRONG: dict[str, Callable[[int, Generator], torch.Tensor]] = {
    "swap with any": swap_with_any,
    "Sattolo": sattolo,
    "within batches": within_batches,
    "order of batches": order_of_batches,
    "rotation": rotated,
    "half-size buffer": half_size_buffer,
    "last fixed": last_fixed,
    "keys with ties": keys_with_ties,
}
# Which statistic catches which, in the order of FIVE: x always, . never, ? now and then.
CAUGHT_BY = {
    "swap with any": "x.x.?",
    "Sattolo": "x.xxx",
    "within batches": "xxxxx",
    "order of batches": "xxxxx",
    "rotation": ".xx?x",
    "half-size buffer": "xxxxx",
    "last fixed": "xxxxx",
    "keys with ties": "xxx..",
}


def caught(check: Callable[[], None]) -> bool:
    try:
        check()
    except Mismatch:
        return True
    return False


def message(check: Callable[[], object]) -> str:
    """Return the text of a failing check; nothing when it passes."""
    try:
        check()
    except Mismatch as error:
        return str(error)
    return ""


@pytest.mark.parametrize("shuffle", WRONG.values(), ids=WRONG)
def test_each_wrong_shuffle_is_caught_25_times_of_25(shuffle) -> None:
    for seed in range(25):
        orders = shuffle(K, seeded(seed))
        assert caught(lambda o=orders: SHUFFLES.check(o, what="s")), seed


@pytest.mark.parametrize("name", WRONG)
def test_which_statistic_catches_what(name) -> None:
    orders = WRONG[name](K, seeded(0))
    for kind, expected in zip(FIVE, CAUGHT_BY[name], strict=True):
        got = "x" if caught(lambda kind=kind: kind().check(orders, what="s")) else "."
        assert expected in (got, "?"), kind.__name__


def dependent(following: Callable[[torch.Tensor, Generator], torch.Tensor], g: Generator) -> torch.Tensor:
    """Passes of which each is made of the one before; the first is uniform."""
    orders = [uniform(1, N, g)[0]]
    for _ in range(K):
        orders.append(following(orders[-1], g))
    return torch.stack(orders)


DEPENDENT: dict[str, Callable[[torch.Tensor, Generator], torch.Tensor]] = {
    "the same again": lambda order, g: order,
    "backwards": lambda order, g: order.flip(0),
    "rotated by any number": lambda order, g: order.roll(int(torch.randint(0, N, (), generator=g))),
    "batches in another order": lambda order, g: order[order_of_batches(1, g)[0]],
    "each batch by itself": lambda order, g: order[within_batches(1, g)[0]],
    "each item swapped with any, on top of the last pass": lambda order, g: order[swap_with_any(1, g)[0]],
    "numbers counted up by one": lambda order, g: (order + 1) % N,
}


@pytest.mark.parametrize("following", DEPENDENT.values(), ids=DEPENDENT)
def test_dependence_between_passes_is_caught(following) -> None:
    for seed in range(2):
        orders = dependent(following, seeded(seed))
        assert caught(lambda o=orders: SHUFFLES.check_steps(o, what="s"))


def test_uniform_passes_with_dependent_steps_need_check_steps() -> None:
    """Every second pass goes backwards through the one before: each by itself is uniform."""
    orders = uniform(K + 2, N, seeded(0))
    orders[1::2] = orders[0::2].flip(1)
    with pytest.raises(Mismatch, match="next"):
        SHUFFLES.check_steps(orders[: K + 1], what="s")


def test_right_shuffles_pass_two_hundred_times() -> None:
    for seed in range(200):
        orders = uniform(K + 1, N, seeded(seed))
        SHUFFLES.check(orders[:K], what="s")
        SHUFFLES.check_steps(orders, what="s")


def test_false_alarms_of_all_five_together() -> None:
    """At 1 % instead of 1e-9: 200 runs, of which more than 11 fail with a chance below 1e-5."""
    shuffles = Shuffles(N, K, false_fail_rate=1e-2)
    alarms = 0
    for seed in range(100):
        orders = uniform(K + 1, N, seeded(1000 + seed))
        alarms += caught(lambda o=orders: shuffles.check(o[:K], what="s"))
        alarms += caught(lambda o=orders: shuffles.check_steps(o, what="s"))
    assert alarms <= 11


def test_false_alarms_come_as_often_as_declared() -> None:
    """At 5 %, over 1500 draws: no more (to four sigma), and not so much fewer that the limits would be idle."""
    n, k, runs = 6, 300, 1500
    discrepancies = {Places: 0.3, Neighbours: 0.16, Inversions: 1.5, FixedPoints: 0.5, Cycles: 0.5}
    statistics = [kind(n, k, discrepancies[kind], false_fail_rate=0.05) for kind in FIVE]
    statistics.append(EveryOrder(3, k, 0.2, false_fail_rate=0.05))
    alarms = dict.fromkeys(statistics, 0)
    for seed in range(runs):
        g = seeded(seed)
        for s in statistics:
            orders = uniform(k, s.n, g)
            alarms[s] += caught(lambda s=s, o=orders: s.check(o, what="s"))
    sigma = math.sqrt(runs * 0.05 * 0.95)
    for s, count in alarms.items():
        # Places uses half its chance; a binomial of few counts and Bonferroni's inequality lose some.
        assert count <= 0.05 * runs + 4 * sigma, s
        assert count >= 0.2 * 0.05 * runs, s


@pytest.mark.parametrize("kind", [Inversions, FixedPoints, Cycles])
def test_laws_are_those_of_all_permutations_of_few_items(kind) -> None:
    for n in (1, 2, 3, 5):
        orders = torch.tensor(list(permutations(range(n))))
        statistic = kind(n, 2000, discrepancy=20, false_fail_rate=0.5)
        counts = torch.bincount(statistic.numbers(orders), minlength=len(statistic.law()))
        assert np.allclose(counts / math.factorial(n), statistic.law(), atol=1e-14)


# The last ones lie around those at which numbers, and pairs of them, need wider integers.
SIZES = (*range(2, 20), 127, 128, 129, 181, 182, 257)


def lenient(kind, n: int, k: int, false_fail_rate: float = 0.5):
    """A statistic for any size: it promises to catch nothing."""
    return kind(n, k, math.inf, false_fail_rate=false_fail_rate, false_pass_rate=2)


def kinds(n: int) -> tuple:
    """All five, without the one whose law needs the factorial of n as a float where there is none."""
    return FIVE if n <= 170 else (Places, Neighbours, Inversions, Cycles)


def cycles_of(order: list[int]) -> int:
    left, count = set(order), 0
    while left:
        count, item = count + 1, min(left)
        while item in left:
            left.remove(item)
            item = order[item]
    return count


@pytest.mark.parametrize("n", SIZES)
def test_numbers_are_those_of_their_definitions(n) -> None:
    k = 12
    orders = uniform(k, n, seeded(n))
    orders[:2] = torch.stack([torch.arange(n), torch.arange(n).flip(0)])
    rows = orders.tolist()
    expected = {
        Inversions: [sum(one > other for one, other in combinations(row, 2)) for row in rows],
        FixedPoints: [sum(item == place for place, item in enumerate(row)) for row in rows],
        Cycles: [cycles_of(row) for row in rows],
    }
    for given in (orders, as_permutations(orders, n, k, "s")):
        for kind in set(kinds(n)) & set(expected):
            numbers = lenient(kind, n, k).numbers(given)
            assert numbers.dtype == torch.int64
            assert numbers.tolist() == expected[kind]
        assert given.tolist() == rows  # nothing was changed in place


@pytest.mark.parametrize("n", SIZES[3:])
def test_counts_are_those_of_their_definitions(n) -> None:
    """Half the rows are the same, so what they hold is the worst by far."""
    k = 60
    orders = uniform(k, n, seeded(n))
    orders[: k // 2] = torch.arange(n).roll(n // 2)
    rows = orders.tolist()
    came = Counter((place, item) for row in rows for place, item in enumerate(row))
    follow = Counter(pair for row in rows for pair in pairwise(row))
    (place, item), times = min(came.items(), key=lambda cell: (-cell[1], cell[0]))
    text = message(lambda: lenient(Places, n, k).check(orders, what="s"))
    assert text.startswith(f"s: item {item} came {ordinal(place, n)} in {times} of {k} passes, expected ")
    (first, second), times = min(follow.items(), key=lambda pair: (-pair[1], pair[0]))
    text = message(lambda: lenient(Neighbours, n, k).check(orders, what="s"))
    assert text.startswith(
        f"s: item {second} came right after item {first} in {times} of {k} passes, expected "
    )


@pytest.mark.parametrize("n", SIZES)
def test_steps_are_those_of_their_definition(n) -> None:
    """Each statistic says of passes, in `check_steps`, the same as of the steps between them."""
    k = 20
    orders = uniform(k + 1, n, seeded(n))
    orders[1::2] = orders[:-1:2].flip(1)
    steps = torch.tensor([[one.index(item) for item in other] for one, other in pairwise(orders.tolist())])
    for kind in kinds(n):
        statistic = lenient(kind, n, k)
        shuffles = object.__new__(Shuffles)  # which builds no statistics for so few passes
        for name, value in {"n": n, "passes": k, "_five": (statistic,)}.items():
            object.__setattr__(shuffles, name, value)
        said = message(lambda s=shuffles: s.check_steps(orders, what="s"))
        assert said == message(lambda s=statistic: s.check(steps, what="s", words=STEPS))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("shift", [0, 128, 256, -256, 2**16, 2**32, -(2**63)])
def test_numbers_that_are_no_items_are_noticed(n, shift) -> None:
    """Also those that would be the missing item if they lost their upper bits."""
    orders = uniform(5, n, seeded(n))
    missing = int(orders[3, 1])
    orders[3, 1] = missing + shift if shift else orders[3, 0]
    text = message(lambda: as_permutations(orders, n, 5, "s"))
    assert text == f"s: pass 3 is {orders[3].tolist()}, in which item {missing} doesn't come"


@pytest.mark.parametrize("kind", [Neighbours, Inversions, FixedPoints, Cycles])
def test_limits_are_computed_once_for_all_statistics_of_the_same_size(kind) -> None:
    assert kind(false_pass_rate=2e-3).limits is kind().limits
    assert kind(passes=K + 1).limits != kind().limits


def test_limits_of_a_total_are_exact_far_out() -> None:
    """Against the same sum in fractions."""
    law = [Fraction(1, 2), Fraction(1, 6), Fraction(1, 3)]
    total = [Fraction(1)]
    for _ in range(60):
        longer = [Fraction(0)] * (len(total) + 2)
        for i, p in enumerate(total):
            for j, q in enumerate(law):
                longer[i + j] += p * q
        total = longer
    for chance in (1e-10, 1e-2):
        low, high = limits_of_total(np.array([float(p) for p in law]), 60, chance)
        assert sum(total[:low]) <= chance / 2 < sum(total[: low + 1])
        assert sum(total[high + 1 :]) <= chance / 2 < sum(total[high:])


def test_textbook_moments() -> None:
    n = 16
    harmonic = sum(1 / j for j in range(1, n + 1))
    assert np.allclose(moments(Inversions().law()), (60, math.sqrt(n * (n - 1) * (2 * n + 5) / 72)))
    assert np.allclose(moments(FixedPoints().law()), (1, 1))
    assert np.allclose(moments(Cycles().law())[0], harmonic)


@pytest.mark.parametrize("kind", FIVE)
def test_a_promise_that_cannot_be_kept_is_refused(kind) -> None:
    with pytest.raises(Underpowered):
        replace(kind(), discrepancy=kind().discrepancy * 0.85)


def test_few_passes_are_refused() -> None:
    with pytest.raises(Underpowered):
        Shuffles(N, 300)


def test_only_even_permutations_of_few_items() -> None:
    orders = uniform(6000, 4, seeded(0))
    inversions = Inversions(4, 6000, 1.0).numbers(orders)
    flipped = orders[:, [1, 0, 2, 3]]
    even = torch.where((inversions % 2 == 0)[:, None], orders, flipped)
    statistic = EveryOrder(4, 6000, 0.04)
    statistic.check(orders, what="s")
    with pytest.raises(Mismatch, match=r"came in (0|\d{3}) of 6000 passes, expected 250"):
        statistic.check(even, what="s")


@pytest.mark.parametrize(
    "orders, text",
    [
        (last_fixed(K, seeded(0)), r"item 15 came last in 2000 of 2000 passes, expected 125"),
        (torch.zeros(K, N).long(), r"pass 0 is \[0, 0.*item 1 doesn't come"),
        (uniform(3, N, seeded(0)), r"expected 2000 passes over 16 items, got a tensor of shape \(3, 16\)"),
    ],
)
def test_the_message_tells_the_worst(orders, text) -> None:
    with pytest.raises(Mismatch, match=text):
        SHUFFLES.check(orders, what="the Sampler")


MANY = 20_000


def test_ascents_of_one_long_pass() -> None:
    """Random orders pass, at a chance of 1 in 1000 for each of 300; coarse keys, buffers and small moves don't."""
    g = seeded(5)
    lenient, strict = Ascents(MANY, discrepancy=0.03, false_fail_rate=1e-3), Ascents(MANY, discrepancy=0.04)
    assert not any(
        caught(lambda: lenient.check(torch.randperm(MANY, generator=g), what="")) for _ in range(300)
    )
    coarse = torch.rand(MANY, generator=g).half().sort(stable=True).indices
    moved = (torch.arange(MANY) + 3 * torch.rand(MANY, generator=g)).argsort()
    half_sorted = torch.randperm(MANY, generator=g)
    half_sorted[: MANY // 2] = half_sorted[: MANY // 2].sort().values
    for order in (coarse, moved, half_sorted):
        assert caught(lambda order=order: strict.check(order, what=""))


def test_ascents_of_too_few_items_are_refused() -> None:
    with pytest.raises(Underpowered):
        Ascents(1000, discrepancy=0.03)
