"""Claims of the handout of 05_handler, checked on its answer key."""

# mypy knows no class of an answer key.
# mypy: disable-error-code="name-defined, misc"

from types import SimpleNamespace as Bag
from typing import Any

import pytest
import torch
from support import ROOT

from grader.course import Course, load_module

key = load_module(Course(ROOT).units["05_handler"].reference)


class Descent:
    """torch.optim.SGD without torch's compiler, which takes seconds to load."""

    def __init__(self, params):
        self.params = list(params)

    def step(self):
        with torch.no_grad():
            for p in self.params:
                p -= 0.01 * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None


def learner(batches=12, valid=1):
    torch.manual_seed(0)
    model = torch.nn.Linear(2, 1)
    data = [(torch.randn(2, 2), torch.randn(2, 1)) for _ in range(batches)]
    opt = Descent(model.parameters())
    return key.Learner(model, opt, torch.nn.functional.mse_loss, key.DataBunch(data, data[:valid]))


class Log(key.Callback):
    """Writes down what it hears; `does` maps a landmark to a function of the callback, whose result is the answer."""

    def __init__(self, **does):
        self.heard, self.does = [], does


for _name in (
    "begin_fit",
    "begin_epoch",
    "begin_batch",
    "after_loss",
    "after_backward",
    "after_step",
    "begin_validate",
    "after_epoch",
    "after_fit",
):

    def _landmark(self, *args, _name=_name):
        self.heard.append(_name)
        answer = getattr(key.Callback, _name)(self, *args)
        return self.does[_name](self) if _name in self.does else answer

    setattr(Log, _name, _landmark)


def fit(epochs, learn, *cbs):
    key.fit(epochs, learn, key.CallbackHandler(list(cbs)))


def test_a_stop_ends_the_loop_over_batches_and_not_the_fit():
    def tenth(cb):
        cb.learn.stop = cb.heard.count("after_step") == 10
        return True

    one, two = Log(after_step=tenth), Log(after_step=tenth)
    fit(1, learner(), one)
    fit(2, learner(), two)
    assert (one.heard.count("after_step"), two.heard.count("after_step")) == (10, 22)


def test_do_stop_is_asked_after_a_refused_batch():
    def refuse_and_stop(cb):
        cb.learn.stop = cb.heard.count("begin_batch") == 2
        return not cb.learn.stop

    cb = Log(begin_batch=refuse_and_stop)
    fit(1, learner(5, valid=0), cb)
    assert cb.heard.count("begin_batch") == 2


def test_a_skipped_epoch_has_no_validation_and_no_after_epoch():
    cb = Log(begin_epoch=lambda cb: False)
    fit(2, learner(1), cb)
    assert cb.heard == ["begin_fit", "begin_epoch", "begin_epoch", "after_fit"]


def test_after_fit_reaches_callbacks_that_never_heard_begin_fit():
    second = Log()
    fit(1, learner(1), Log(begin_fit=lambda cb: False), second)
    assert second.heard == ["after_fit"] and not hasattr(second, "learn")


def test_an_exception_in_after_fit_is_not_held_back_for_the_others():
    """Left open. This test turns around if the key takes an ExitStack."""

    def fail(cb):
        raise ValueError

    second = Log()
    with pytest.raises(ValueError):
        fit(1, learner(1), Log(after_fit=fail), second)
    assert "after_fit" not in second.heard


def test_the_handler_says_no_at_after_loss_in_validation():
    handler, learn = key.CallbackHandler([Log()]), learner(1)
    handler.begin_fit(learn), handler.begin_epoch(0)
    assert handler.after_loss(torch.tensor(1.0))
    handler.begin_validate()
    assert not handler.after_loss(torch.tensor(1.0))


def test_gradients_are_left_over_when_a_fit_breaks_off():
    def fail(cb):
        raise RuntimeError

    learn, seen = learner(1), []
    with pytest.raises(RuntimeError):
        fit(1, learn, Log(after_backward=fail))
    once = learn.model.weight.grad.clone()

    def look(cb):
        seen.append(cb.learn.model.weight.grad.clone())
        return True

    fit(1, learn, Log(after_backward=look))
    assert torch.allclose(seen[0], 2 * once)


def test_the_model_is_left_in_eval_mode():
    learn = learner(1)
    fit(1, learn)
    assert not learn.model.training


def test_eval_mode_freezes_the_statistics_of_a_batch_norm_not_its_weights():
    norm: Any = torch.nn.BatchNorm1d(2).eval()
    norm(torch.randn(8, 2) + 3).pow(2).sum().backward()
    assert norm.running_mean.tolist() == [0, 0] and norm.weight.grad.abs().min() > 0


def test_none_is_false_and_the_nine_landmarks_answer_true():
    cb = key.Callback()
    assert (
        all(
            [
                cb.begin_fit(Bag()),
                cb.begin_epoch(0),
                cb.begin_batch(0, 0),
                cb.after_loss(0),
                cb.after_backward(),
                cb.after_step(),
                cb.begin_validate(),
                cb.after_epoch(),
                cb.after_fit(),
            ]
        )
        and not None
    )
