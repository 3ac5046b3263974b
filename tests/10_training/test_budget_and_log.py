"""What training uses and what it leaves behind: the budget, the data as they were given, the log of one cycle."""

from itertools import pairwise

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import Mismatch, few_examples, points

from .support.budget_and_log import keeps_to, left_alone, logged, logs_each_batch, run, small

ALMOST = (
    1023  # an item more would pay for full batches of 32, 64, 128 or 256, in each of the four trainings, too
)


@points(
    2,
    function="train_mlp",
    hint="How many epochs does data.budget pay for?",
    beside="test_mlp_learns",
    handout="The budget is never exceeded, not by one item.",
)
@few_examples(4)
@given(n=st.sampled_from([200, 150]), budget=st.sampled_from([400, 225, 1000]))
@example(n=200, budget=ALMOST)
def test_mlp_budget(student, n, budget):
    """train_mlp trains on no more items than its budget."""
    keeps_to(student, "train_mlp", n, budget)


@points(
    2,
    function="train_convnet",
    hint="How many epochs does data.budget pay for?",
    beside="test_convnet_learns",
    handout="The budget is never exceeded, not by one item.",
)
@few_examples(4)
@given(n=st.sampled_from([200, 150]), budget=st.sampled_from([400, 225, 1000]))
@example(n=200, budget=ALMOST)
def test_convnet_budget(student, n, budget):
    """train_convnet trains on no more items than its budget."""
    keeps_to(student, "train_convnet", n, budget)


@points(
    2,
    function="train_optimizers",
    hint="Four networks share data.budget.",
    beside="test_optimizers_learn",
    handout="The budget is never exceeded, not by one item. … share one budget",
)
@few_examples(4)
@given(n=st.sampled_from([200, 150]), budget=st.sampled_from([1600, 975, 4000]))
@example(n=200, budget=ALMOST)
def test_optimizers_budget(student, n, budget):
    """train_optimizers trains its four networks on no more items than its budget together."""
    keeps_to(student, "train_optimizers", n, budget)


@points(
    1,
    function="train_mlp",
    band="robust",
    hint="An operator that ends in = or _ may change what was given to you.",
    beside="test_mlp_learns",
    handout="what is in data does not change",
)
def test_mlp_leaves_data_alone(student):
    """train_mlp does not change the data that it is given."""
    left_alone(student, "train_mlp", 4)


@points(
    1,
    function="train_convnet",
    band="robust",
    hint="An operator that ends in = or _ may change what was given to you.",
    beside="test_convnet_learns",
    handout="what is in data does not change",
)
def test_convnet_leaves_data_alone(student):
    """train_convnet does not change the data that it is given."""
    left_alone(student, "train_convnet", 4)


@points(
    1,
    function="train_optimizers",
    band="robust",
    hint="What is the second network given, after the first?",
    beside="test_optimizers_learn",
    handout="what is in data does not change",
)
def test_optimizers_leave_data_alone(student):
    """train_optimizers does not change the data that it is given."""
    left_alone(student, "train_optimizers", 8)


@points(
    4,
    function="train_convnet",
    hint="lr rises to its maximum in the first part and ends far below its start.",
    handout=(
        "lr begins at 0.6 of its peak or less, peaks after the first batch and before 0.7 of the run",
        "rises and falls only once (to 0.1 %), ends at 0.3 of its beginning or less",
    ),
)
def test_one_cycle_of_lr(student):
    """train_convnet's lr, as logged, goes up once, and down once to far below its start."""
    lr = logged(student, "lr")
    peak = lr.index(max(lr))
    in_words = (
        f"train_convnet, 200 items, budget 4400: lr starts at {lr[0]:.3g}, is largest at {lr[peak]:.3g} in "
    )
    in_words += f"batch {peak} of {len(lr)}, and ends at {lr[-1]:.3g}"
    if not 0 < peak < 0.7 * len(lr):
        raise Mismatch(
            f"{in_words}; expected its largest value within the first part of the run, but not at once"
        )
    if lr[0] > 0.6 * lr[peak] or lr[-1] > 0.3 * lr[0]:
        raise Mismatch(
            f"{in_words}; expected to start well below the largest, and to end far below the start"
        )
    rises = sum(b > a * 1.001 for a, b in pairwise(lr[peak:]))
    falls = sum(b < a / 1.001 for a, b in pairwise(lr[: peak + 1]))
    if rises or falls:
        raise Mismatch(
            f"{in_words}; it goes down {falls} times before that and up {rises} times after it, expected 0 and 0"
        )


@points(
    3,
    function="train_convnet",
    hint="Does the optimizer read lr where the schedule writes it?",
    beside="test_convnet_learns",
    handout="Where lr is below 1 % of its peak, a step … is shorter than 0.3 of those near the peak.",
)
def test_steps_follow_lr(student):
    """Where train_convnet's logged lr is next to nothing, its steps are."""
    # Labels that can't be learned: were they, steps would get short with any lr.
    labels = torch.randint(2, (200,), generator=torch.Generator().manual_seed(0))
    seen = run(student, "train_convnet", small(200, 4400) | {"y_train": labels})
    moves, lr = seen["moves"], seen["log"].get("lr", [])
    if len(moves) < 20 or len(lr) < len(moves):
        return  # trained by formulas, or not logged: nothing to look at
    lr = lr[-len(moves) :]
    peak = lr.index(max(lr))
    near = sorted(moves[max(0, peak - 3) : peak + 4])
    high, last = near[len(near) // 2], sorted(moves[-3:])[1]
    if lr[-2] < 0.01 * lr[peak] and last > 0.3 * high:
        raise Mismatch(
            f"train_convnet: from one log to the next the weights go {high:.3g} far where lr is {lr[peak]:.3g}, and "
            f"{last:.3g} far at the end, where it is {lr[-1]:.3g}: the steps don't follow the lr that is logged"
        )


@points(
    2,
    function="train_convnet",
    band="robust",
    hint="Where steps are long, the memory is short.",
    handout="mom is smallest where lr is largest (give or take 15 % of the run), and larger at both ends",
)
def test_one_cycle_of_momentum(student):
    """train_convnet's momentum, as logged, is smallest where lr is largest."""
    lr, mom = logged(student, "lr"), logged(student, "mom")
    lowest, peak = mom.index(min(mom)), lr.index(max(lr))
    if len(mom) != len(lr) or abs(lowest - peak) > 0.15 * len(lr) or not (mom[0] > mom[lowest] < mom[-1]):
        raise Mismatch(
            f"train_convnet: momentum starts at {mom[0]:.3g}, is smallest at {mom[lowest]:.3g} in batch {lowest} of "
            f"{len(mom)}, and ends at {mom[-1]:.3g}; lr is largest in batch {peak}"
        )


@points(
    1,
    function="train_mlp",
    band="robust",
    hint="loss.item()",
    beside="test_mlp_learns",
    handout="numbers that hold no graph",
)
def test_mlp_logs_numbers(student):
    """What train_mlp logs holds no graph"""
    if graphs := run(student, "train_mlp", small(70, 280))["graphs"]:
        raise Mismatch(
            f"train_mlp logs {', '.join(graphs)} with the graph of its batch, which then stays in memory"
        )


@points(
    1,
    function="train_convnet",
    band="robust",
    hint="After a training batch, and after no other.",
    beside="test_convnet_learns",
    handout="logs once for each training batch and for no other",
)
def test_log_of_each_batch(student):
    """train_convnet logs each training batch, and no other"""
    logs_each_batch(student, "train_convnet", 1000)


@points(
    2,
    function="train_convnet",
    band="robust",
    hint="loss.item(), once a training batch",
    handout=(
        "loss is logged as often as lr, and falls",
        "over the last fifth of the run it is below 0.8 of what it is over the first",
    ),
)
def test_loss_is_logged(student):
    """train_convnet logs as many losses as values of lr, and they fall where there is much to learn."""
    log = run(student, "train_convnet", small(200, 4400))["log"]
    loss, lr = log.get("loss", []), log.get("lr", [])
    if not loss or len(loss) != len(lr):
        raise Mismatch(f"train_convnet logged {len(loss)} losses and {len(lr)} values of lr")
    fifth = max(1, len(loss) // 5)
    first, last = sum(loss[:fifth]) / fifth, sum(loss[-fifth:]) / fifth
    if not last < 0.8 * first:
        raise Mismatch(
            f"train_convnet on images of two kinds, bright and dark: the logged loss begins at {first:.3g} and ends at "
            f"{last:.3g}"
        )


@points(
    1,
    function="train_mlp",
    band="robust",
    beside="test_mlp_learns",
    hint="After a training batch, and after no other.",
    handout="logs once for each training batch and for no other",
)
def test_mlp_log_of_each_batch(student):
    """train_mlp logs each training batch, and no other"""
    logs_each_batch(student, "train_mlp", 1000)


@points(
    1,
    function="train_optimizers",
    band="robust",
    beside="test_optimizers_learn",
    hint="After a training batch, and after no other.",
    handout="logs once for each training batch and for no other",
)
def test_optimizers_log_of_each_batch(student):
    """train_optimizers logs each training batch, and no other"""
    logs_each_batch(student, "train_optimizers", 4000)
