"""GradientAccumulation, Mixup and SwitchCallback.

A weaker suite lets pass: steps that are the sum of gradients or the mean of batch means, leftovers that are dropped or
carried into the next epoch, labels mixed as numbers, a share of its own for each input, turns that count validation.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require

from .support.stretch import check_mixture


@points(
    3,
    function="GradientAccumulation",
    band="stretch",
    hint="Items, not batches, have equal weight in the joined batch's mean.",
    handout=(
        "a step for every n batches, with the gradient of the mean over all their items",
        "left-over batches make a step at the epoch's end",
    ),
)
@few_examples(10)
@given(
    n=st.integers(1, 3), epochs=st.integers(1, 2), train=st.lists(st.integers(1, 3), min_size=1, max_size=5)
)
@example(n=1, epochs=1, train=[1, 1])
@example(n=2, epochs=1, train=[1, 1])
@example(n=2, epochs=1, train=[2, 1])
@example(n=2, epochs=2, train=[1, 1, 1])
@example(n=3, epochs=2, train=[2, 2, 1, 1])
def test_accumulated_steps(student, n, epochs, train):
    """There is a step for every n batches, and for what is left at an epoch's end, with the joined batch's gradient"""
    trace = student.run("accumulate", n, epochs, train)
    story = f"GradientAccumulation({n}), {epochs} epochs of training batches of {train} items: "
    due = []
    for first in range(0, len(train), n):
        group = range(first, min(first + n, len(train)))
        due.append((group, sum(train[k] * 2.0**k for k in group) / sum(train[k] for k in group)))
    due *= epochs
    steps = [details["gradient"] for what, details in trace if what == "step"]
    require(len(steps) == len(due), f"{story}{len(steps)} steps were taken, expected {len(due)}")
    for i, (got, (group, expected)) in enumerate(zip(steps, due, strict=True)):
        what = f"{story}the gradient in step {i}, of batches {list(group)},"
        require(got is not None, f"{what} is None")
        assert_close(got, expected, what=what, atol=1e-6 * expected)
    weight, done = 0.0, 0
    for what, details in trace:
        if what == "step":
            weight, done = weight - 0.5 * due[done][1], done + 1
        elif what == "forward":
            k = details["batch"]
            where = f"{story}in batch {k}, " if k < len(train) else f"{story}in validation, "
            assert_close(
                details["weight"], weight, what=f"{where}the weight after {done} steps", atol=1e-5 * 2**k
            )


@points(
    2,
    function="Mixup",
    band="stretch",
    hint="One share, one permutation, for all of the batch.",
    handout="mixes inputs and losses, in training only",
    stub="share · x + (1 - share) · x of a partner, an item of the same batch.",
)
@few_examples(8)
@given(items=st.integers(2, 6), alpha=st.sampled_from([1.0, 0.4, 4.0]))
@example(items=3, alpha=1.0)
def test_mixed_inputs(student, items, alpha):
    """In training the model gets mixtures of two items, with one share for the whole batch"""
    many, mixed = student.run("mixup", alpha, items, 8, True, 1), False
    for k, got in enumerate(many):
        story = f"Mixup({alpha}), batch {k} of {items} items, whose input is the identity matrix: "
        share, partners = check_mixture(got, story)
        mixed |= share < 1 and partners != list(range(items))
    # Of 3 items each is its own partner once in 6 batches: in all of 8 once in 1.7 million.
    require(mixed or items < 3, f"Mixup({alpha}), 8 batches of {items} items: no input was mixed")


@points(
    2,
    function="Mixup",
    band="stretch",
    beside="test_mixed_inputs",
    hint="Twice the loss function: with the targets, and with those of the partners.",
    handout="mixes inputs and losses",
    stub="share · loss(pred, y) + (1 - share) · loss(pred, y of the partner)",
)
@few_examples(10)
@given(items=st.integers(2, 6), alpha=st.sampled_from([1.0, 4.0]))
@example(items=3, alpha=1.0)
@example(items=5, alpha=4.0)
def test_mixed_loss(student, items, alpha):
    """The loss is share · loss(pred, y) + (1 − share) · loss(pred, y of the partners), with the share of the inputs"""
    for k, got in enumerate(student.run("mixup", alpha, items, 3, True, 1)):
        story = f"Mixup({alpha}), batch {k} of {items} items, targets {got['y'].tolist()}: "
        share, partners = check_mixture(got, story)
        loss = torch.nn.functional.cross_entropy
        one, two = loss(got["logits"], got["y"]), loss(got["logits"], got["y"][partners])
        what = f"{story}share {share:.5g}, partners {partners}: learn.loss"
        assert_close(got["loss"], share * one + (1 - share) * two, what=what, atol=1e-5)


@points(
    1,
    function="Mixup",
    band="stretch",
    hint="Drawn for each batch anew, in training, and never in validation.",
    handout="in training only",
    stub="share is drawn from Beta(alpha, alpha) for each batch, and the partners by a random permutation",
)
def test_mixtures_vary(student):
    """Share and partners are drawn anew for each batch, and validation batches stay as they are"""
    torch.manual_seed(0)
    story = "Mixup(1.0) and 20 batches of 6 items: "
    mixtures = [check_mixture(got, story) for got in student.run("mixup", 1.0, 6, 20, True, 1)]
    for name, values in (
        ("the share is the same", {round(share, 9) for share, _ in mixtures if share < 1}),
        ("the partners are the same", {tuple(partners) for _, partners in mixtures}),
    ):
        require(len(values) > 1, f"{story}{name} in all of them")
    for got in student.run("mixup", 1.0, 4, 3, False, 1):
        require(
            torch.equal(got["xb"][0], torch.eye(4, dtype=torch.float64)), "in validation, the input was mixed"
        )
        due = torch.nn.functional.cross_entropy(got["logits"], got["y"])
        assert_close(got["loss"], due, what="in validation with Mixup(1.0), learn.loss", atol=1e-6)


@points(
    1,
    function="Mixup",
    band="stretch",
    beside="test_mixed_inputs",
    hint="self.learn.xb is a tuple: each of its tensors is mixed.",
    stub="share is drawn from Beta(alpha, alpha) for each batch",
    handout="several inputs or targets come as a tuple",
)
@few_examples(4)
@given(inputs=st.integers(2, 3))
@example(inputs=2)
def test_mixed_tuples(student, inputs):
    """A batch of several inputs has all of them mixed, with one share and the same partners"""
    for got in student.run("mixup", 1.0, 4, 2, True, inputs):
        for k, x in enumerate(got["xb"]):
            what = (
                f"Mixup(1.0), a batch of {inputs} inputs: input {k}, which was {k + 1} times the first one,"
            )
            assert_close(x, got["xb"][0] * (k + 1), what=what, atol=1e-6)


some_fits = st.lists(
    st.tuples(st.integers(1, 2), st.integers(1, 5), st.integers(1, 2)).map(list), min_size=1, max_size=2
)


@points(
    3,
    function="SwitchCallback",
    band="stretch",
    hint="The number of the training batch, modulo both turns together.",
    handout="two networks train in turns, as in a GAN; learn.turn",
    stub="for how many training batches each one trains, (5, 1) say. In every fit the first network trains first.",
)
@few_examples(10)
@given(turns=st.one_of(st.none(), st.tuples(st.integers(1, 3), st.integers(1, 3)).map(list)), fits=some_fits)
@example(turns=None, fits=[[1, 4, 1]])
@example(turns=[2, 1], fits=[[2, 4, 1]])
@example(turns=[1, 3], fits=[[1, 3, 2], [1, 2, 1]])
def test_turns(student, turns, fits):
    """The networks train in turns, for as many training batches as turns says, the first one first in every fit"""
    first, second = turns or (1, 1)
    for f, (got, (epochs, train, _)) in enumerate(
        zip(student.run("switch", turns, fits, False), fits, strict=True)
    ):
        story = f"turns={(first, second)}, fit {f} of {epochs} epochs with {train} training batches: in training batch "
        for k, (turn, one, two) in enumerate(got["batches"]):
            due = int(k % (first + second) >= first)
            require(turn == due, f"{story}{k}, learn.turn is {turn!r}, expected {due}")
            for i, trains in enumerate((one, two)):
                words = {True: "all of", False: "none of", None: "some, not all, of"}[trains]
                text = f"{story}{k} it is network {due}'s turn, but {words} the parameters of network {i} require grad"
                require(trains is (i == due), text)


@points(
    1,
    function="SwitchCallback",
    band="stretch",
    hint="Note at before_fit what each parameter requires; put it back.",
    stub="After the fit, unless it ended by a mistake, all parameters require grad as they did before it.",
)
@few_examples(6)
@given(turns=st.sampled_from([None, [1, 2], [2, 1]]), fits=some_fits)
@example(turns=None, fits=[[1, 2, 1], [1, 1, 1]])
def test_after_the_turns(student, turns, fits):
    """After the fit, every parameter requires grad as it did before, a frozen one does not"""
    for got in student.run("switch", turns, fits, True):
        story = f"turns={turns}, before the fit the parameters' requires_grad was {got['before']}; afterwards it is "
        require(got["after"] == got["before"], f"{story}{got['after']}")
