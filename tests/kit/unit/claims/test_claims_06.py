"""Claims of the handout of 06_runner, checked on its answer key."""

# mypy knows no class of an answer key.
# mypy: disable-error-code="name-defined, misc"

import copy
import gc
import itertools
import pickle
import weakref
from types import SimpleNamespace as Bag

import pytest
import torch
from support import ROOT
from torch import nn

from grader.course import Course, load_module

key = load_module(Course(ROOT).units["06_runner"].reference)


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


EVENTS = [
    *("begin_fit", "begin_epoch", "begin_batch", "after_pred", "after_loss", "after_backward", "after_step"),
    *("after_batch", "begin_validate", "after_epoch", "after_fit"),
]


def learner(batches=2, valid=1, model=None):
    torch.manual_seed(0)
    model = model or nn.Linear(2, 1)
    data = [(torch.randn(2, 2), torch.randn(2, 1)) for _ in range(batches)]
    opt = Descent(model.parameters())
    return Bag(
        model=model, opt=opt, loss_func=nn.functional.mse_loss, data=Bag(train_dl=data, valid_dl=data[:valid])
    )


class Log(key.Callback):
    def __init__(self, _order=0, **does):
        self._order, self.heard, self.does = _order, [], does


for _event in EVENTS:

    def _method(self, _event=_event):
        self.heard.append(_event)
        return self.does[_event](self) if _event in self.does else None

    setattr(Log, _event, _method)


def test_the_order_of_events():
    cb = Log()
    key.Runner(cb).fit(1, learner())
    training = ["begin_batch", "after_pred", "after_loss", "after_backward", "after_step", "after_batch"]
    validation = ["begin_batch", "after_pred", "after_loss", "after_batch"]
    assert cb.heard == [
        "begin_fit",
        "begin_epoch",
        *training * 2,
        "begin_validate",
        *validation,
        "after_epoch",
        "after_fit",
    ]


def test_a_cancelled_event_skips_what_the_table_says():
    for event, gone in {
        "begin_fit": EVENTS[1:10],
        "begin_batch": EVENTS[3:7],
        "after_pred": EVENTS[4:7],
        "after_loss": EVENTS[5:7],
        "after_backward": EVENTS[6:7],
        "after_step": [],
    }.items():
        cb = Log(**{event: lambda cb: True})
        key.Runner(cb).fit(1, learner())
        assert set(EVENTS) - set(cb.heard) == set(gone), event


def test_train_eval_callback_is_the_first_of_order_0():
    seen: dict[int, int] = {}
    for order in (0, -1):
        cb = Log(order, after_batch=lambda cb: seen.setdefault(cb._order, cb.n_iter))
        key.Runner(cb).fit(1, learner(1, 0))
    assert seen == {0: 1, -1: 0}


def test_in_train_and_epoch_are_not_there_yet_at_the_first_begin_fit():
    seen = []
    names = ("in_train", "epoch", "iters", "xb", "epochs", "stop", "n_iter")
    cb = Log(begin_fit=lambda cb: seen.append([name for name in names if hasattr(cb.run, name)]))
    key.Runner(cb).fit(1, learner())
    assert seen == [["epochs", "stop", "n_iter"]]


def test_n_epochs_is_set_to_the_epoch_when_one_begins():
    seen = []

    def stop_in_epoch_0(cb):
        cb.run.stop = cb.in_train and cb.epoch == 0

    cb = Log(after_batch=stop_in_epoch_0, begin_batch=lambda cb: seen.append((cb.n_iter, cb.n_epochs)))
    key.Runner(cb).fit(2, learner(4, 0))
    assert seen == [(0, 0.0), (1, 1.0), (2, 1.25), (3, 1.5), (4, 1.75)]


def test_a_stop_in_training_is_followed_by_validation_and_the_next_epoch():
    def stop(cb):
        cb.run.stop = cb.in_train

    cb = Log(begin_batch=stop)
    key.Runner(cb).fit(2, learner(3, 1))
    assert cb.heard.count("after_step") == cb.heard.count("begin_validate") == 2


def test_a_second_fit_of_the_same_model_starts_with_the_gradients_that_are_left():
    learn, seen, broken = learner(1, 0), [], [True]

    def act(cb):
        if broken:
            broken.clear()
            raise RuntimeError
        seen.append(cb.model.weight.grad.clone())

    runner = key.Runner(Log(after_backward=act))
    with pytest.raises(RuntimeError):
        runner.fit(1, learn)
    left = learn.model.weight.grad.clone()
    runner.fit(1, learn)
    assert torch.allclose(seen[0], 2 * left)


@pytest.mark.parametrize(("valid", "alive"), [(1, False), (0, True)])
def test_the_loss_of_a_last_training_batch_holds_the_parameters(valid, alive):
    """If the runner dropped pred and loss at the end, neither would be alive."""

    model = nn.Linear(2, 1)
    module, weight, runner = weakref.ref(model), weakref.ref(model.weight), key.Runner()
    runner.fit(1, learner(1, valid, model))
    del model
    gc.collect()
    assert (module() is not None, weight() is not None) == (False, alive)


def test_copy_and_pickle_fall_into_the_trap_when_there_is_a_state_to_restore():
    class Trap:
        def __getattr__(self, name):
            return getattr(self.run, name)

    with_state = Trap()
    with_state.__dict__["speed"] = 1
    copy.copy(Trap())  # no attributes, nothing to restore, so __setstate__ is not looked for
    for fall in (lambda: copy.copy(with_state), lambda: copy.deepcopy(Trap())):
        with pytest.raises(RecursionError):
            fall()
    cb = Log()
    assert copy.copy(cb).heard is cb.heard and copy.deepcopy(cb).heard is not cb.heard
    assert pickle.loads(pickle.dumps(key.TrainEvalCallback())).name == "train_eval"


def test_properties_come_before_what_is_in_the_callback_itself():
    class Mine(key.Callback):
        @property
        def speed(self):
            return 1

    cb = Mine()
    cb.__dict__["speed"] = 2
    assert cb.speed == 1


def test_camel2snake_by_the_rule_in_words():
    def rule(name):
        once = "".join(
            "_" * (i > 0 and c == "A" and name[i + 1 : i + 2] == "a") + c for i, c in enumerate(name)
        )
        twice = "".join("_" * (c == "A" and once[i - 1 : i] in ("a", "1")) + c for i, c in enumerate(once))
        return twice.lower()

    for n in range(1, 6):
        for letters in itertools.product("Aa1_", repeat=n):
            assert key.camel2snake("".join(letters)) == rule("".join(letters))
    assert key.camel2snake("MyHTTPServer2Go") == "my_http_server2_go"


def test_names():
    def name_of(name):
        return type(name, (key.Callback,), {})().name

    assert key.Callback().name == "callback" and name_of("LRCallback") == "lr"
    assert name_of("Debugcallback") == "debugcallback", "the capital counts"
    plain = type("PlainCallback", (), {})()
    assert key.Runner(plain).plain_callback is plain, "no base class, no name: the suffix stays"


def test_averages_weigh_by_items():
    stats = key.AvgStats(lambda pred, yb: pred.mean(), True)
    for n, loss in ((3, 1.0), (1, 5.0)):
        stats.accumulate(
            Bag(xb=torch.zeros(n), yb=None, pred=torch.full((n,), loss), loss=torch.tensor(loss))
        )
    assert stats.avg_stats == [2.0, 2.0]
