"""Callbacks of the training loop, in a loop that fires the chapter's events; and the Runner's way of asking."""

import itertools

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require
from grader.suite.source import literal

from .support import formulas
from .support.loop import INF, NAN, asked, descents, looped, terminated

CALLBACK = "class Callback:\n    def __getattr__(self, name): return getattr(self.learn, name)\n"


@points(
    2,
    function="q23_model_resetter",
    hint="There is an event before each of the two parts of an epoch.",
    stub="It has to be called before the training part and before the validation part of every "
    "epoch, and not between two batches.",
)
@few_examples()
@given(epochs=st.integers(1, 3), train=st.integers(1, 3), valid=st.integers(1, 2))
@example(epochs=2, train=2, valid=1)
def test_q23_resets(student, epochs, train, valid):
    """The model is reset before the first batch of each training part and of each validation part, not in between"""
    events = ["before_fit", "before_epoch", "before_train", *["after_batch"] * train, "after_train"]
    events += ["before_validate", *["after_batch"] * valid, "after_validate", "after_epoch"]
    code = "class Callback:\n    class model: reset = staticmethod(lambda: print('reset'))\n"
    code += f"cb = q23_model_resetter(Callback)()\nfor event in {events}:\n    print(event); getattr(cb, event, int)()"
    log = looped(student, "q23_model_resetter", "resets", epochs, train, valid, as_python=code)["log"]
    parts = [(p, len(list(group))) for p, group in itertools.groupby(log)]
    in_words = f"in {epochs} epochs of {train} training and {valid} validation batches, the order was {', '.join(log)}"
    at = 0
    for epoch in range(epochs):
        for name, count in (("train", train), ("validate", valid)):
            require(
                at < len(parts) and parts[at][0] == "reset",
                f"no reset before {name} in epoch {epoch}: {in_words}",
            )
            require(
                parts[at + 1] == (name, count),
                f"a reset between batches of {name} in epoch {epoch}: {in_words}",
            )
            at += 2


@points(
    2,
    function="q24_scale_loss",
    hint="Reading falls through to the learner. Does writing?",
    stub="24. A class of callbacks that multiply the loss of every batch by factor, before it is used.",
)
@given(
    factor=st.sampled_from([2.0, 0.5, 3.0]),
    train=st.lists(st.sampled_from([1.0, 4.0]), min_size=1, max_size=3),
)
@example(factor=2.0, train=[1.0, 4.0])
def test_q24_scale_loss(student, factor, train):
    """The loss that the loop goes on with is multiplied, batch by batch"""
    code = f"from types import SimpleNamespace\n{CALLBACK}cb = q24_scale_loss(Callback, {factor})()\n"
    code += f"cb.learn = SimpleNamespace(loss=torch.tensor({train[0]}))\ncb.after_loss(); cb.learn.loss"
    used = looped(student, "q24_scale_loss", "scaled_losses", factor, train, [2.0], as_python=code)["used"]
    wanted = [factor * loss for loss in [*train, 2.0]]
    in_words = f"with losses {train} in training, [2.0] in validation and a factor of {factor:g} the loop went on with"
    require(used == wanted, f"{in_words} {used}, expected {wanted}")


@points(
    2,
    function="q26_terminate_on_nan",
    hint="Look at the loss once it is there; and who has to come first?",
    stub="A loss (self.loss, a 0-d tensor) that is nan or infinite ends the fit by a "
    "CancelFitException. Recorder is the class of the callback that registers losses "
    "after each batch: it must not register that one.",
)
@given(
    losses=st.lists(st.sampled_from([1.0, 3.0, NAN, INF]), min_size=1, max_size=4),
    recorder_first=st.booleans(),
)
@example(losses=[1.0, NAN, 3.0], recorder_first=True)
@example(losses=[1.0, INF, 3.0], recorder_first=True)
@example(losses=[1.0, 3.0], recorder_first=False)
def test_q26_terminate_on_nan(student, losses, recorder_first):
    """A loss that is nan or inf ends the fit before the recorder registers it; others don't"""
    terminated(student, losses, 2, recorder_first)


@points(
    1,
    function="q26_terminate_on_nan",
    band="robust",
    hint="Infinity has two signs. And large is not infinite.",
    handout="ends at −inf, and not at numbers that are 0, negative or only very large",
)
@few_examples()
@given(losses=st.lists(st.sampled_from([0.0, -2.0, 2.0**127, -INF]), min_size=1, max_size=3))
@example(losses=[1.0, -INF])
@example(losses=[2.0**127, 1.0])
def test_q26_signs(student, losses):
    """-inf ends the fit, too; losses that are 0, negative or very large don't"""
    terminated(student, losses, 1, True)


@points(
    2,
    function="q27_between",
    hint="Two attributes of the class.",
    stub="A class of callbacks that run after those of class First and before those of class "
    "Last, whatever order they are listed in.",
)
def test_q27_between(student):
    """First, yours, Last, in whatever order they were listed"""
    code = "class First: pass\nclass Last: pass\nvars(q27_between(object, First, Last))"
    for order in looped(student, "q27_between", "order_of", as_python=code)["orders"]:
        require(order == ["First", "yours", "Last"], f"they ran in the order {', '.join(order)}")


answers = st.sampled_from([None, False, True])


@points(
    2,
    function="l12_call",
    hint="A loop that returns early; and what is returned after the loop?",
    stub="ask the callbacks in order for event (a name), and stop asking at the first truthy answer",
)
@given(drawn=st.lists(answers, max_size=4))
@example(drawn=[None, True, None])
@example(drawn=[False, None])
def test_l12_call(student, drawn):
    """Callbacks are asked in order until the first that answers True"""
    asked(student, drawn)


@points(
    1,
    function="l12_call",
    band="robust",
    hint="Truthy is more than True. And not every callback has every method.",
    handout="any truthy answer counts, callbacks may lack the method, and what is returned is "
    "True or False itself",
)
@given(drawn=st.lists(st.sampled_from([None, "absent", 0, 1, "", "yes"]), max_size=4))
@example(drawn=["absent", 1, None])
@example(drawn=[0, "", "yes", None])
def test_l12_call_truthy(student, drawn):
    """Whatever is truthy ends the asking, a callback without the method is passed over, True or False comes back"""
    asked(student, drawn, exactly=True)


@points(
    1,
    function="f2_unscale",
    band="stretch",
    hint="Divide by what the loss was multiplied with, if there is no inf or nan.",
    stub="grads: a list of float32 tensors. Return the list of true gradients, or None where "
    "the step has to be skipped: where one of grads is infinite or nan.",
)
@given(
    grads=st.lists(st.lists(st.sampled_from([0.0, 1.0, -3.0, INF, NAN]), max_size=3), min_size=1, max_size=3)
)
@example(grads=[[4.0, -2.0], [2.0]])
@example(grads=[[1.0], [2.0, NAN]])
def test_f2_unscale(student, grads):
    """The gradients that the loss would have had without the scale, or None where one of them overflowed"""
    true = [torch.tensor(g) for g in grads]
    got = student.f2_unscale([256.0 * g for g in true], 256.0)
    if not all(bool(g.isfinite().all()) for g in true):
        require(
            got is None,
            f"256 times {grads} holds inf or nan: None has to come back, not {formulas.shown(got)}",
        )
        return
    in_words = (
        f"of 256 times {grads} a list of {len(true)} tensors has to come back, not {formulas.shown(got)}"
    )
    require(isinstance(got, (list, tuple)) and len(got) == len(true), in_words)
    for k, (g, wanted) in enumerate(zip(got, true, strict=True)):
        assert_close(g, wanted, what=f"gradient {k} of 256 times {grads}")


@points(
    2,
    function="f3_lr_find",
    band="stretch",
    hint="n - 1 equal factors; look at each loss before the next rate.",
    stub="Tries n rates, 2 or more, from start to end, both included, each larger than the "
    "last by the same factor. Ends early after a loss that is not finite, or above 4 "
    "times the lowest so far. Returns (rates tried, losses), both lists.",
)
@given(drawn=descents(), end=st.sampled_from([1.0, 10.0]))
@example(drawn=([1.0, 0.5, 0.5], 3), end=1.0)
@example(drawn=([1.0, 0.5, 3.0, 0.5], 3), end=10.0)
@example(drawn=([1.0, 4.0, NAN, 1.0], 3), end=10.0)
@example(drawn=([INF, 1.0], 1), end=1.0)
def test_f3_lr_find(student, drawn, end):
    """Rates that grow by one factor from start to end, until the loss has diverged"""
    (losses, count), start = drawn, 1e-4
    exponents = torch.tensor([start, end], dtype=torch.float64).log10().tolist()
    rates = torch.logspace(*exponents, len(losses), dtype=torch.float64).tolist()[:count]
    code = f"losses = iter({literal(losses)})\nf3_lr_find(lambda lr: next(losses), {start}, {end}, {len(losses)})"
    seen = student.run("lr_find", losses, start, end, as_python=code)
    in_words = f"losses {losses}, n = {len(losses)}, from {start:g} to {end:g}: "
    returned = seen["returned"]
    pair = isinstance(returned, (tuple, list)) and len(returned) == 2
    require(pair, f"{in_words}(rates, losses) has to be returned, not {formulas.shown(returned)}")
    for what, values in (("tried", seen["asked"]), ("returned", returned[0])):
        came = formulas.flat(values, f"{in_words}what was {what}")
        require(len(came) == count, f"{in_words}{len(came)} rates were {what}, expected {count}")
        for k, (c, r) in enumerate(zip(came, rates, strict=True)):
            require(abs(c / r - 1) < 1e-4, f"{in_words}rate {k} that was {what} is {c:g}, expected {r:g}")
    came = formulas.flat(returned[1], f"{in_words}the second list")
    same = len(came) == count and all(
        c == x or (c != c and x != x) for c, x in zip(came, losses, strict=False)
    )
    require(same, f"{in_words}the losses returned are {formulas.shown(came)}")


@points(
    1,
    function="f3_stops",
    band="stretch",
    hint="smooth_loss as in unit 09: debiased, with 0.98.",
    stub="Return [after how many losses your f3_lr_find ends, after how many fastai's does], "
    "all of them where it goes to the end.",
)
def test_f3_stops(student):
    """Both finders end rightly: on a spike, on a loss that grows, on a long rise, on nan, on losses that fall"""
    falling = [1.0, 0.9, 0.7, 0.5, 0.4]
    cases = [[1.0, 0.8, 5.0, 0.6, 0.5], [1.0, 3.0, 3.9, 50.0, 60.0], [1.0] * 10 + [5.0] * 40]
    for losses in (*cases, [1.0, NAN, 1.0, 9.0], falling):
        code = f"f3_stops({literal(losses)})"
        came = formulas.flat(student.run("stops", losses, as_python=code), f"f3_stops({losses})")
        require(len(came) == 2, f"f3_stops({losses}) has to return two numbers, but returned {len(came)}")
        for who, got, wanted in zip(("yours", "fastai's"), came, formulas.ends(losses), strict=True):
            require(got == wanted, f"f3_stops({losses}): {who} ends after {got:g} losses, expected {wanted}")
