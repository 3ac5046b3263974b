"""Claims of the handout of 07_anneal, checked on its answer key."""

# mypy knows no class of an answer key.
# mypy: disable-error-code="name-defined, misc"

import math
from itertools import accumulate
from types import SimpleNamespace as Bag

import pytest
import torch
from support import ROOT
from torch import nn

from grader.course import Course, load_module

UNITS = Course(ROOT).units
key, runner = (load_module(UNITS[unit].reference) for unit in ("07_anneal", "06_runner"))


class Descent:
    """torch.optim.SGD without torch's compiler, which takes seconds to load."""

    def __init__(self, params, lr):
        self.params = list(params)
        self.param_groups = [{"params": self.params, "lr": lr}]

    def step(self):
        with torch.no_grad():
            for p in self.params:
                p -= self.param_groups[0]["lr"] * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None


def learner(batches, lr=0.1):
    model = nn.Linear(2, 1)
    data = [(torch.randn(2, 2), torch.randn(2, 1)) for _ in range(batches)]
    opt = Descent(model.parameters(), lr)
    return Bag(
        model=model, opt=opt, loss_func=nn.functional.mse_loss, data=Bag(train_dl=data, valid_dl=data[:1])
    )


def numbered(n):
    return [lambda pos, i=i: (i, pos) for i in range(1, n + 1)]


def test_shares_whose_running_sum_is_not_1_in_any_python():
    assert 0.7 + 0.2 + 0.1 == 0.9999999999999999  # sum() gives 1.0 from Python 3.12 on
    assert list(accumulate([0.05, 0.55, 0.3, 0.1]))[-1] == 1.0000000000000002


def test_the_four():
    for s, e, p in ((0.3, 0.6, 0.25), (2.0, 0.01, 0.5), (0.3, 0.6, 1)):
        assert key.sched_no(s, e)(p) == s
        assert math.isclose(key.sched_lin(s, e)(p), s + p * (e - s))
        assert math.isclose(key.sched_cos(s, e)(p), s + (1 - math.cos(math.pi * p)) / 2 * (e - s))
        assert math.isclose(key.sched_exp(s, e)(p), s * (e / s) ** p)
    assert math.isclose(key.sched_exp(0.1, 10)(0.5), 1) and math.isclose(key.sched_cos(0.3, 0.6)(0.5), 0.45)


def test_the_lessons_run():
    schedule = key.combine_scheds([0.3, 0.7], key.cos_1cycle_anneal(0.3, 0.6, 0.2))
    for pos, value in {0: 0.3, 0.15: 0.45, 0.3: 0.6, 0.65: 0.4, 1: 0.2}.items():
        assert math.isclose(schedule(pos), value)


def test_at_1_the_last_schedule_is_asked_though_its_share_is_0_and_the_sum_rounds_up():
    assert key.combine_scheds([0.05, 0.55, 0.3, 0.1, 0.0], numbered(5))(1.0) == (5, 1.0)


def test_at_1_the_last_schedule_is_asked_at_1_exactly():
    assert key.combine_scheds([0.05, 0.55, 0.3, 0.1], numbered(4))(1.0) == (4, 1.0)


def test_a_fit_never_reaches_position_1():
    recorder = key.Recorder()
    runner.Runner([recorder, key.ParamScheduler("lr", lambda pos: pos)]).fit(3, learner(4))
    assert [round(12 * lr) for lr in recorder.lrs] == list(range(12))


def test_order_1_is_not_what_puts_it_behind_the_count():
    """The count changes at after_batch and begin_epoch, the parameter at begin_batch: any _order gives the same."""

    class Early(key.ParamScheduler):
        _order = -5

    recorder = key.Recorder()
    runner.Runner([Early("lr", lambda pos: pos), recorder]).fit(2, learner(2))
    assert recorder.lrs == [0.0, 0.25, 0.5, 0.75]


def test_an_lr_that_is_a_tensor_is_noted_as_a_number():
    lr = torch.tensor(0.5)
    recorder = key.Recorder()
    recorder.set_runner(Bag(opt=Bag(param_groups=[{"lr": lr}]), loss=torch.tensor(1.0), in_train=True))
    recorder.begin_fit()
    recorder.after_batch()
    lr.fill_(0.25)
    recorder.after_batch()
    assert recorder.lrs == [0.5, 0.25]


def test_a_cancelled_batch_has_no_loss_of_its_own():
    """Left open. In the key: an error if it is the first batch of the runner, else the loss of the batch before."""

    class Skip(runner.Callback):
        def __init__(self, n):
            self.n = n

        def begin_batch(self):
            return self.in_train and self.n_iter == self.n

    with pytest.raises(AttributeError):
        runner.Runner([Skip(0), key.Recorder()]).fit(1, learner(2))
    recorder = key.Recorder()
    runner.Runner([Skip(1), recorder]).fit(1, learner(3))
    assert len(recorder.losses) == 3 and recorder.losses[0] == recorder.losses[1]


def test_numpy_knows_no_bfloat16():
    with pytest.raises(TypeError):
        torch.tensor(1.0, dtype=torch.bfloat16).numpy()
    assert float(torch.tensor(1.0, dtype=torch.bfloat16)) == 1.0


def test_the_optimizer_of_unit_08_has_no_param_groups():
    own = load_module(UNITS["08_optimizer"].reference)
    assert not hasattr(own.SGD([torch.zeros(1, requires_grad=True)], lr=0.1), "param_groups")
