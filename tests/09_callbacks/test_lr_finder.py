"""LRFinder and lr_find: the sweep, where it stops, what it leaves behind. Losses are given one by one.

A weaker suite lets pass: a linear sweep, one that begins anew in each epoch, an lr that is noted but not set, weights
restored but not the buffers of batch norm, a state_dict that was noted without a copy, an optimizer that keeps its lr.
"""

from hypothesis import assume, example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require

from .support.lr_finder import check_sweep

FALLING = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
NAN, INF = float("nan"), float("inf")
ranges = st.sampled_from([(1e-7, 10.0), (1e-3, 1.0), (0.5, 2.0)])


@points(
    2,
    function="LRFinder",
    band="stretch",
    hint="lr = start · (end / start)^(share of the sweep), in each batch.",
    handout="sweeps lr geometrically",
    stub="Raises lr geometrically from start_lr to end_lr over num_it training batches, and notes the losses.",
)
@few_examples(8)
@given(num_it=st.integers(2, 12), batches=st.integers(1, 5), limits=ranges)
@example(num_it=5, batches=2, limits=(1e-3, 1.0))
@example(num_it=12, batches=5, limits=(1e-7, 10.0))
def test_the_sweep(student, num_it, batches, limits):
    """lr goes from start_lr to end_lr in num_it batches by a constant factor, through epochs; then the fit is over"""
    options = {"start_lr": limits[0], "end_lr": limits[1], "num_it": num_it}
    got = student.run("sweep", "LRFinder", FALLING, batches, num_it, **options)
    story = (
        f"LRFinder(start_lr={limits[0]}, end_lr={limits[1]}, num_it={num_it}), {batches} batches an epoch: "
    )
    check_sweep(got, FALLING, num_it, *limits, num_it, story)
    require(got["restored"], f"{story}the weight is not what it was before the fit")


@points(
    2,
    function="LRFinder",
    band="stretch",
    hint="Above lowest + 3 · |lowest| is too much, and so is what is not finite, from the first batch on.",
    handout="ends where the loss diverges",
    stub="Ends the fit after num_it batches, or at a loss that is not finite, or above lowest + 3 · |lowest|",
)
@few_examples(8)
@given(before=st.lists(st.sampled_from([1.0, 0.5, 1.9]), max_size=4), bad=st.sampled_from([9.0, NAN, INF]))
@example(before=[1.0, 0.5], bad=2.1)
@example(before=[2.0, 0.5, 1.9], bad=INF)
@example(before=[1.0], bad=NAN)
@example(before=[], bad=INF)
@example(before=[1.0, -1.0, 1.9], bad=2.1)
def test_divergence(student, before, bad):
    """The sweep ends at a loss that is not finite, or above lowest + 3 · |lowest|, and no sooner"""
    assume(before or bad != 9.0)
    losses = [*before, bad, 1.0, 1.0]
    got = student.run("sweep", "LRFinder", losses, 3, 4, start_lr=1e-3, end_lr=1.0, num_it=12)
    story = f"LRFinder(start_lr=0.001, end_lr=1.0, num_it=12), losses {losses}: "
    due = len(before) + 1
    require(got["calls"] == due, f"{story}{got['calls']} training batches were run, expected {due}")
    require(
        len(got["lrs"]) == len(got["losses"]),
        f"{story}{len(got['lrs'])} lrs, but {len(got['losses'])} losses",
    )
    require(got["restored"], f"{story}the weight is not what it was before the fit")


@points(
    2,
    function="LRFinder",
    band="stretch",
    beside="test_the_sweep",
    hint="state_dict() hands out the tensors themselves: keep copies.",
    handout="restores model.state_dict()",
)
@few_examples(3)
@given(batches=st.integers(1, 3), num_it=st.integers(2, 6))
@example(batches=2, num_it=4)
def test_the_model_is_restored(student, batches, num_it):
    """After the sweep all weights and buffers of the model are what they were, bit for bit"""
    changed = student.run("restored", "LRFinder", batches, num_it)["changed"]
    story = f"a sweep of {num_it} batches of a linear layer, batch norm, a linear layer: "
    require(not changed, f"{story}{', '.join(changed)} of the model's state_dict changed")


@points(
    3,
    function="lr_find",
    band="stretch",
    hint="Where, against log lr, is the loss's slope the steepest?",
    handout="lr_find returns lrs, losses and a suggestion",
    stub="the lr at which the loss falls fastest",
)
@few_examples(5)
@given(drop=st.integers(4, 10))
@example(drop=6)
def test_the_suggestion(student, drop):
    """lr_find gives lrs, losses and a suggestion, an lr in the midst of the loss's fall"""
    # The lowest loss comes last: where it is lowest is not where it falls.
    losses = [10.0] * drop + [9.0, 6.0, 3.0, 2.0] + [2.0 - 0.01 * k for k in range(12 - drop)]
    got = student.run("sweep", "lr_find", losses, 5, 0, start_lr=1e-4, end_lr=1.0, num_it=16)
    story = f"lr_find(learn, start_lr=0.0001, end_lr=1.0, num_it=16), losses {losses}: "
    check_sweep(got, losses, 16, 1e-4, 1.0, 16, story)
    low, high, suggestion = got["lrs"][drop - 1], got["lrs"][drop + 4], got["suggestion"]
    require(isinstance(suggestion, float), f"{story}the suggestion is no number")
    text = (
        f"{story}the suggestion is {suggestion:.5g}, but the loss falls between lr {low:.5g} and {high:.5g}"
    )
    require(low * 0.999 <= suggestion <= high * 1.001, text)


@points(
    2,
    function="lr_find",
    band="stretch",
    beside="test_the_suggestion",
    hint="A sweep changes the optimizer, too: its lr, and its momentum.",
    handout="and restores learn.opt",
    stub="model.state_dict() and learn.opt are as before.",
)
@few_examples(3)
@given(batches=st.integers(1, 3), num_it=st.integers(2, 6))
@example(batches=2, num_it=4)
@example(batches=2, num_it=5)
def test_the_learner_is_as_before(student, batches, num_it):
    """After lr_find the model is as before, bit for bit, and another fit goes on as if there had been no lr_find"""
    got = student.run("restored", "lr_find", batches, num_it)
    story = f"an epoch of {batches} batches by SGD with momentum, lr_find(learn, num_it={num_it})"
    require(not got["changed"], f"{story}: {', '.join(got['changed'])} of the model's state_dict changed")
    text = f"{story}, another epoch: {', '.join(got['after'])} differ from those of a learner that left out lr_find"
    require(not got["after"], text)
