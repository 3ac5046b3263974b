"""ParamScheduler with an optimizer of torch: what counts in the end is how far the weights went."""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points

from .support.common import epochs
from .support.real_steps import as_python

numbers = st.integers(-8, 8).map(lambda n: n / 4)
lines = st.tuples(st.just("function"), numbers, numbers)


@points(
    2,
    function="ParamScheduler",
    hint="The step has to find the new value: look at what you set, and when.",
    handout=(
        (
            "at begin_batch, in training only, sets parameter pname, and nothing else, in every "
            "param group to the schedule's value at n_epochs / epochs"
        ),
        "The parameter is set at begin_batch, before it is used",
    ),
)
@few_examples(10)
@given(line=lines, targets=st.lists(st.integers(1, 3).map(float), min_size=1, max_size=3), epochs=epochs)
@example(line=("function", 0.5, 0.0), targets=[1.0], epochs=[1])
@example(line=("function", 0.25, 0.5), targets=[1.0, 2.0], epochs=[2, 3])
def test_torch_steps_with_it(student, line, targets, epochs):
    """torch.optim.SGD takes each step with the learning rate of that step"""
    got = student.run(
        "descend", line, targets, [[train, 1] for train in epochs], as_python=as_python(line, targets, epochs)
    )
    _, a, b = line
    due = [0.0] * len(targets)
    for e, train in enumerate(epochs):
        for k in range(train):
            lr = a + b * (e + k / train) / len(epochs)
            due = [w - lr * (w - t) for w, t in zip(due, targets, strict=True)]
    for i, (w, expected) in enumerate(zip(got, due, strict=True)):
        what = f"with lr {a:g} + {b:g} · pos and {', '.join(map(str, epochs))} batches in the epochs, "
        what += f"the weight of param group {i} of {len(due)}, on its way from 0 to {targets[i]:g},"
        assert_close(w, expected, what=what, atol=1e-4 * (1 + abs(expected)))
