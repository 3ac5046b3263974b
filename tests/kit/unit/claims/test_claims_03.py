"""Claims of the handout of unit 03 about modules, steps and averages, checked on the key and on torch."""

import math

import torch
from support import ROOT
from torch import nn

from grader.course import Course, load_module

key = load_module(Course(ROOT).units["03_minibatch"].reference)


def test_ragged_weight():
    assert divmod(10_000, 128) == (78, 16)
    assert abs(10_000 / (79 * 16) - 7.9) < 0.02


def test_a_step_that_zeroes_still_accumulates():  # why step and zero_grad are apart must be another reason
    p = nn.Parameter(torch.ones(1))
    opt = key.Optimizer([p], lr=0.1)
    (2 * p).sum().backward()
    (3 * p).sum().backward()
    opt.step()
    opt.zero_grad()
    assert torch.isclose(p.detach(), torch.tensor([0.5])) and p.grad is None


def accumulated_and_joined(*layers):
    x = torch.randn(8, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    y = torch.tensor([0, 1] * 4)
    ends = []
    for batches, k in (([(x[:6], y[:6]), (x[6:], y[6:])], 2), ([(x, y)], 1)):
        torch.manual_seed(0)
        first = nn.Linear(3, 4)
        model = nn.Sequential(first, *[layer() for layer in layers], nn.Linear(4, 2)).double()
        key.fit(
            1,
            model,
            nn.functional.cross_entropy,
            key.Optimizer(model.parameters()),
            batches,
            [(x, y)],
            accumulate=k,
        )
        ends.append(first.weight.detach())
    return ends


def test_accumulated_is_joined_but_not_with_batch_norm():
    assert torch.allclose(*accumulated_and_joined(nn.ReLU))
    assert not torch.allclose(*accumulated_and_joined(lambda: nn.BatchNorm1d(4)))


def test_at_most_k_batches_are_drawn_ahead():
    log = []

    class Loader:
        def __iter__(self):
            for _ in range(4):
                log.append("draw")
                yield torch.ones(2, 2), torch.tensor([0, 1])

    model = nn.Linear(2, 2)
    model.register_forward_pre_hook(lambda *_: log.append("forward"))
    opt = key.Optimizer(model.parameters())
    key.fit(
        1,
        model,
        nn.functional.cross_entropy,
        opt,
        Loader(),
        [(torch.ones(1, 2), torch.tensor([0]))],
        accumulate=2,
    )
    for i in range(len(log)):
        assert log[: i + 1].count("draw") - log[: i + 1].count("forward") <= 2


def test_what_eval_changes():
    dropout, norm = nn.Dropout(0.5), nn.BatchNorm1d(2)
    net = nn.Sequential(nn.Linear(2, 2), dropout, norm)
    net.eval()
    assert not any(layer.training for layer in net.modules())
    assert dropout(torch.ones(3)).tolist() == [1, 1, 1]
    fives = torch.full((2, 2), 5.0)
    assert torch.allclose(norm(fives), fives, atol=1e-3)  # running mean 0, variance 1
    assert net(torch.ones(2, 2)).requires_grad  # gradients are another matter
    net.train()
    assert set(dropout(torch.ones(1000)).tolist()) == {0.0, 2.0}
    with torch.no_grad():
        norm(torch.tensor([[1.0, 0.0], [3.0, 0.0]]))
    assert norm.running_mean is not None and torch.allclose(norm.running_mean, torch.tensor([0.2, 0.0]))


def test_per_item_average():
    x = torch.tensor([[5.0, 0.0]] * 3)
    y = torch.tensor([0, 0, 1])
    model = nn.Identity()

    class Idle:
        def step(self): ...
        def zero_grad(self): ...

    loss = lambda p, t: nn.functional.cross_entropy(p.requires_grad_() if torch.is_grad_enabled() else p, t)  # noqa: E731
    for sizes in ([3], [2, 1], [1, 1, 1]):
        valid = list(zip(x.split(sizes), y.split(sizes), strict=True))
        _, accuracy = key.fit(1, model, loss, Idle(), [(x.clone(), y)], valid)
        assert math.isclose(float(accuracy), 2 / 3, rel_tol=1e-6)


def test_leaf_in_place_and_equality():
    p = nn.Parameter(torch.ones(2))
    for wrong in (lambda: p.sub_(0.1), lambda: p in [nn.Parameter(torch.zeros(2))]):
        try:
            wrong()
        except RuntimeError:
            continue
        raise AssertionError("no RuntimeError")
    assert not nn.Sequential() and math.isnan(0 * math.nan)
