"""What does this print? Short programs, predicted without running them, one after the other.

predictions.toml holds the programs in their order, and digests of what they print. It is not handed out: at home these
tests look at the form of an answer and no more. Whoever runs a program knows what it prints, and nothing here could
keep anybody from that. A later prediction is judged when all before it are right; one that is locked costs its own
points, and no others.
"""

from grader.suite import points

from .support.predictions import predict, programs

HINT = "Follow it line by line, with a pencil, and write each line that it prints. Run it when you are stuck."


@points(
    1,
    function="p1_backward_thrice",
    hint=HINT,
    form=not programs,
    handout="Say what a program prints before you run it.",
    stub="What does this print? Return it as a text.",
)
def test_p1_backward_thrice(student):
    """Prediction 1: backward, three times over"""
    predict(student, "p1_backward_thrice")


@points(
    1,
    function="p2_averages",
    hint=HINT,
    form=not programs,
    handout="Say what a program prints before you run it.",
    stub="What does this print? Return it as a text.",
)
def test_p2_averages(student):
    """Prediction 2: an average and what debiasing makes of it"""
    predict(student, "p2_averages")


@points(
    1,
    function="p3_batch_means",
    hint=HINT,
    form=not programs,
    handout="Say what a program prints before you run it.",
    stub="What does this print? Return it as a text.",
)
def test_p3_batch_means(student):
    """Prediction 3: a mean of means"""
    predict(student, "p3_batch_means")


@points(
    1,
    function="p4_asking",
    hint=HINT,
    form=not programs,
    handout="Say what a program prints before you run it.",
    stub="What does this print? Return it as a text.",
)
def test_p4_asking(student):
    """Prediction 4: who is asked, and who no longer"""
    predict(student, "p4_asking")


@points(
    1,
    function="p5_shortcuts",
    hint=HINT,
    form=not programs,
    handout="Say what a program prints before you run it.",
    stub="What does this print? Return it as a text.",
)
def test_p5_shortcuts(student):
    """Prediction 5: reading and writing through a shortcut"""
    predict(student, "p5_shortcuts")


@points(
    1,
    function="p6_first_step",
    hint=HINT,
    form=not programs,
    handout="Say what a program prints before you run it.",
    stub="What does this print? Return it as a text.",
)
def test_p6_first_step(student):
    """Prediction 6: Adam's first step for a large and a small gradient"""
    predict(student, "p6_first_step")


@points(
    1,
    function="p7_dropout",
    hint=HINT,
    form=not programs,
    handout="Say what a program prints before you run it.",
    stub="What does this print? Return it as a text.",
)
def test_p7_dropout(student):
    """Prediction 7: a layer in its two modes"""
    predict(student, "p7_dropout")
