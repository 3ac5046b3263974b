"""Claims of handout and stub of unit 11, checked on the key: own numbers, and facts that choices rest on."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import Any

import pytest
import torch
from support import ROOT

from grader.course import load_module

Q = load_module(ROOT / "reference" / "11_questionnaire" / "questionnaire.py")
OWN = {"q01": "q01_own_steps", "q07": "q07_own_averages", "q11": "q11_own_step", "q15": "q15_own_averages"}


def flat(value: Any) -> list[float]:
    return [x for entry in value for x in flat(entry)] if isinstance(value, (list, tuple)) else [float(value)]


def tolerance(expected: float) -> float:
    """As tests/11_questionnaire/support/own_numbers.py has it."""
    return 6e-4 * (1 + abs(expected) / 4)


def test_the_chance_that_some_two_of_300_share_four_numbers() -> None:
    of_one = Counter(word % 99 for word in range(2**16))
    two_alike = sum((n / 2**16) ** 2 for n in of_one.values()) ** 4
    assert 1 / two_alike == pytest.approx(96e6, rel=0.01)
    assert 1 - math.exp(-math.comb(300, 2) * two_alike) == pytest.approx(0.0005, rel=0.1)


def test_nobody_of_300_shares_four_numbers_and_about_three_share_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ones, fours = Counter[int](), Counter[tuple[int, ...]]()
    for k in range(300):
        monkeypatch.setattr(Q, "STUDENT_ID", f"student{k}")
        fours[tuple(Q.my_numbers("q01", 4))] += 1
        ones[Q.my_numbers("q14", 1)[0]] += 1
    assert max(fours.values()) == 1
    assert 2 < 300 / len(ones) < 4


@pytest.mark.parametrize("task", OWN)
def test_an_answer_depends_on_each_of_the_four_numbers(task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another number in any place gives another answer, by more than the tests allow."""

    def answer(numbers: list[int]) -> list[float]:
        monkeypatch.setattr(Q, "my_numbers", lambda question, n: numbers)
        return flat(getattr(Q, OWN[task])())

    for numbers in ([50, 40, 30, 20], [99, 98, 97, 96], [1, 1, 1, 1], [7, 90, 3, 64]):
        mine = answer(numbers)
        for place, step in itertools.product(range(4), (-1, 1)):
            if 1 <= numbers[place] + step <= 99:
                theirs = answer([n + step * (k == place) for k, n in enumerate(numbers)])
                assert any(abs(a - b) > tolerance(a) for a, b in zip(mine, theirs, strict=True))


def test_hardly_two_sets_of_numbers_give_the_same_accuracies(monkeypatch: pytest.MonkeyPatch) -> None:
    """a and b are read off an answer; of 9801 pairs c, k for them, few are within what the tests allow of another."""
    a, b = 37, 81
    c, k = torch.meshgrid(*[torch.arange(1, 100, dtype=torch.float64)] * 2, indexing="ij")
    third = (100 * c / (100 + k)).flatten()
    overall = (100 * (a + b + c) / (400 + k)).flatten()
    some = torch.randperm(len(third), generator=torch.Generator().manual_seed(0))[:300]
    same = torch.ones(300, len(third), dtype=torch.bool)
    for values in (third, overall):
        mine = values[some, None]
        same &= (values - mine).abs() <= 6e-4 * (1 + mine / 4)
    assert int(same.sum() - 300) / 300 < 1.5  # of 9800 others

    monkeypatch.setattr(Q, "my_numbers", lambda question, n: [a, b, 5, 12])
    assert Q.l10_own_accuracies()[:2] == [37.0, 40.5]


def test_which_accents_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def of(name: str) -> list[int]:
        monkeypatch.setattr(Q, "STUDENT_ID", name)
        return list(Q.my_numbers("q01", 8))

    assert of("Zoë") == of("zoe") == of(" Z-O_E ")
    assert of("Søren") != of("Soren") and of("Łukasz") != of(
        "Lukasz"
    )  # ø and ł are letters, not o and l with marks
    assert len(Q.my_numbers("q01", 16)) == 16


def test_high_eps_bounds_the_rate() -> None:
    for eps in (1.0, 1e-5):
        rates = [0.1 / (math.sqrt(v) + eps) for v in (0.0, 1e-12, 1e-4, 1.0)]
        assert max(rates) == Q.q16_largest_rate(0.1, eps) == 0.1 / eps


def test_steps_at_the_peak_of_one_cycle_are_shorter_with_less_momentum() -> None:
    assert Q.q10_longest_step(1.0, 0.85) == pytest.approx(6.67, abs=0.01)
    assert Q.q10_longest_step(1.0, 0.95) == pytest.approx(20.0)
    assert Q.q10_longest_step(1 / 25, 0.95) == pytest.approx(0.8)


def test_decay_differs_wherever_the_gradient_is_worked_on() -> None:
    wd, lr = 0.1, 0.1
    grads = [torch.tensor(g, dtype=torch.float64) for g in ([1.0, 2.0, -1.0], [0.5, -1.0, 2.0])] * 3

    def end(kind: str, l2: bool) -> torch.Tensor:
        p = torch.ones(3, dtype=torch.float64)
        avg, sqr = torch.zeros_like(p), torch.zeros_like(p)
        for i, g in enumerate(grads):
            grad = g + wd * p if l2 else g
            p = p if l2 else p * (1 - lr * wd)
            if kind == "SGD":
                p = Q.q01_sgd_step(p, grad, lr)
            elif kind == "momentum":
                p, avg = Q.q07_momentum(p, grad, avg, lr, 0.9)
            elif kind == "RMSProp":
                p, sqr = Q.q11_rmsprop(p, grad, sqr, lr, 0.99, 1e-5)
            else:
                p, avg, sqr = Q.q14_adam(p, grad, avg, sqr, i, lr, 0.9, 0.99, 1e-5)
        return p

    for kind in ("SGD", "momentum", "RMSProp", "Adam"):
        assert torch.allclose(end(kind, True), end(kind, False)) is (kind == "SGD")


def test_eval_mode_leaves_gradients_on() -> None:
    layer = torch.nn.Linear(2, 1).eval()
    assert layer(torch.ones(1, 2)).requires_grad and not layer.training
    drop = torch.nn.Dropout(0.5)
    with torch.no_grad():
        assert bool((drop(torch.ones(1000)) == 0).any()), "no_grad does not keep Dropout from drawing"


def test_batch_norm_without_running_statistics_goes_by_the_batch_in_eval_mode_too() -> None:
    norm = torch.nn.BatchNorm1d(2, track_running_stats=False).eval()
    assert abs(float(norm(torch.randn(50, 2) + 5).detach().mean())) < 1e-5


def test_gradients_go_through_a_lookup() -> None:
    x = torch.zeros(2, 3, requires_grad=True)
    Q.l07_nll_lookup(x, torch.tensor([0, 2])).backward()
    assert x.grad is not None and x.grad.tolist() == [[-0.5, 0, 0], [0, 0, -0.5]]


def test_the_race_of_every_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adam moves by about lr a step, SGD by a share of the way: from far away Adam takes longest."""
    for k in (10, 50, 99):
        monkeypatch.setattr(Q, "my_numbers", lambda question, n, k=k: [k])
        steps = Q.q14_race()
        assert steps["sgd"] < 31 and 0.5 < steps["adam"] / (10 * (1 + k / 10)) < 2


def test_hypers_win_where_state_has_the_same_name() -> None:
    seen: list[float] = []
    Q.q05_step(["p"], [lambda p, **kwargs: seen.append(kwargs["lr"])], {"p": {"lr": 1}}, lr=2)
    assert seen == [2]


def test_where_two_finders_end() -> None:
    assert Q.f3_stops([1.0, 0.8, 5.0, 0.6, 0.5]) == [3, 5], "fastai's does not see one spike"
    assert Q.f3_stops([1.0, math.nan, 1.0, 9.0]) == [2, 4], "and no nan"
    mine, fastais = Q.f3_stops([1.0] * 10 + [5.0] * 40)
    assert mine == 11 and 11 < fastais < 50
