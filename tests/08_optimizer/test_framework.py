"""Optimizer by itself: which callbacks it calls, with what, and what it keeps of their answers.

The callbacks are the test's own and keep a log, so that no other function of the unit has to be right. A weaker suite
lets pass: state that is shared by all parameters, answers that replace the state (right for callbacks with one key),
answers that are merged after the last callback (right for one callback), hyper-parameters copied at the start.

A callback that counts returns {"n<i>": its calls for this parameter, "last": i}, i being its place in the list.
"""

from hypothesis import example, given

from grader.suite import few_examples, points

from .support.framework import check_hypers, check_order, check_state, run, script, scripts


@points(
    2,
    function="Optimizer",
    hint="A loop over parameters, in it one over callbacks. Parameters themselves, not p.data.",
    handout=(
        "For each parameter that has a gradient step calls the callbacks, in order, with the parameter",
        "Zeroing is apart from step",
    ),
)
@few_examples(12)
@given(s=scripts())
@example(s=script([[1]], ["silent"]))
@example(s=script([[1, 1]] * 2, ["silent", "counts", "empty"]))
def test_order_of_callbacks(student, s):
    """At each step each parameter with a gradient is handed to each callback once, in the order of the list"""
    check_order(s, run(student, s))


@points(
    3,
    function="Optimizer",
    hint="Merge an answer into the state before the next callback; a state for each parameter.",
    handout=(
        "A dict that it returns is merged into the state, and the next callback sees it already",
        "each parameter has a state of its own",
    ),
)
@few_examples(12)
@given(s=scripts())
@example(s=script([[1], [1], [1]]))
@example(s=script([[1], [1]], ["counts", "counts"]))
@example(s=script([[1, 1], [1, 1]], ["counts", "silent", "counts"]))
@example(s=script([[1], [1]], ["counts", "empty", "silent"]))
@example(s=script([[1], [1]], zero=True))
def test_state(student, s):
    """What a callback returns is in this parameter's state, and a keyword of the next call for it, at once and later"""
    report = run(student, s)
    check_order(s, report)
    check_state(s, report)


@points(
    2,
    function="Optimizer",
    band="robust",
    hint="Is p.grad None? Then nothing at all happens to p and its state.",
    handout="A parameter whose grad is None is left alone altogether: no callback, no decay, no change of its state.",
)
@few_examples(12)
@given(s=scripts(gradients=(1, None)))
@example(s=script([[1, None]]))
@example(s=script([[None, 1], [1, 1], [None, 1]]))
@example(s=script([[1, None], [None, 1], [1, 1]], ["counts", "counts"]))
def test_passed_over_without_gradient(student, s):
    """A parameter without a gradient is passed over: no callback is called, its state waits for the next gradient"""
    report = run(student, s)
    check_order(s, report)
    check_state(s, report)


@points(
    1,
    function="Optimizer",
    hint="A gradient of zeros is a tensor like others. None is the one to skip.",
    handout="Zeros are a gradient: such a parameter goes on by its momentum, and decays.",
)
@few_examples(12)
@given(s=scripts(gradients=(0, 1)))
@example(s=script([[0]], ["silent"]))
@example(s=script([[1, 0], [0, 1]]))
def test_zeros_are_a_gradient(student, s):
    """A parameter whose gradient is all zeros is handed to the callbacks like any other"""
    report = run(student, s)
    check_order(s, report)
    check_state(s, report)


@points(
    2,
    function="Optimizer",
    hint="Look the hyper-parameters up at each step, in self.hypers, where others write them.",
    handout=(
        "as keywords, its state and the hyper-parameters of its group",
        "each begins with the keywords and is read at every step",
    ),
)
@few_examples(12)
@given(s=scripts(written=True))
@example(s=script([[1]], ["silent"]))
@example(s=script([[1], [1]], ["silent"], writes=[[1, 0, "lr", 0.5]]))
@example(s=script([[1], [1]], ["silent"], writes=[[1, 0, "lr", 0.0], [1, 0, "new", 2]]))
def test_hypers(student, s):
    """Hyper-parameters are keywords of every callback, as opt.hypers[0] has them at that step"""
    check_hypers(s, run(student, s))


@points(
    2,
    function="Optimizer",
    hint="One dict for each group, not one dict in each place of the list.",
    handout="or a list of lists of them, which are groups. The attribute hypers is a list, one dict for each group",
)
@few_examples(12)
@given(s=scripts(grouped=True, written=True))
@example(s=script([[1, 1]], ["silent"], groups=[1, 1]))
@example(s=script([[1, 1], [1, 1]], ["silent"], groups=[1, 1], writes=[[1, 1, "lr", 0.5]]))
@example(s=script([[1, 1, 1], [1, 1, 1]], groups=[1, 2], writes=[[0, 0, "lr", 0.0], [1, 1, "new", 2]]))
def test_groups(student, s):
    """Given lists of parameters, each is a group with a dict of its own in opt.hypers, which its parameters go by"""
    report = run(student, s)
    check_order(s, report)
    check_hypers(s, report)
    check_state(s, report)
