"""DataBunch, Learner and Callback: they keep what they are given.

A weaker suite lets pass: train and validation data exchanged, `c or default` (right until c is 0), attributes on the
class (right until there are two), the arguments of the first call kept, a landmark that answers None.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require

from .support.parts import PARAMETERS, bunch_of, check_callback, check_kept

LEARNER = ["model", "opt", "loss_func", "data"]
LOADERS = ["train_dl", "valid_dl"]
LANDMARKS = [*PARAMETERS, "after_backward", "after_step", "begin_validate", "after_epoch", "after_fit"]
BAG = "from types import SimpleNamespace as Bag\n"


@points(
    2,
    function="DataBunch",
    hint="A loader's `dataset` is its data set.",
    handout="keeps its three arguments as attributes; train_ds is train_dl.dataset, valid_ds is "
    "valid_dl.dataset",
)
def test_data_bunch(student):
    """A DataBunch has train_dl, valid_dl and c (None unless given), and their data sets as train_ds and valid_ds"""
    for c in (None, 10, 0):
        options, argument = ({}, "") if c is None else ({"c": c}, f", c={c}")
        code = (
            f'{BAG}data = DataBunch(Bag(dataset="train set"), Bag(dataset="valid set"){argument})\n'
            "print(data.train_dl, data.valid_dl, data.c, data.train_ds, data.valid_ds)"
        )
        one, _ = student.run("keeps", "DataBunch", LOADERS, options, as_python=code)
        check_kept(f"DataBunch(train_dl, valid_dl{argument})", one, bunch_of(0, c))


@points(
    1,
    function="DataBunch",
    band="robust",
    hint="A property is computed when somebody reads it.",
    handout="train_ds and valid_ds are those of the loaders that are there when one asks.",
)
def test_the_data_sets_of_now(student):
    """train_ds and valid_ds follow when a loader gets another data set, or the bunch another loader"""
    code = (
        f'{BAG}data = DataBunch(Bag(dataset="old"), Bag(dataset="old"))\n'
        'data.train_dl.dataset = data.valid_dl.dataset = "new"; print(data.train_ds, data.valid_ds)\n'
        'data.train_dl = data.valid_dl = Bag(dataset="newest"); print(data.train_ds, data.valid_ds)'
    )
    due = ["data set 1", "data set 2"], ["data set 3", "data set 4"]
    for when, got, right in zip(
        ("after each loader got another data set", "after both loaders were replaced"),
        student.run("follows", as_python=code),
        due,
        strict=True,
    ):
        require(got == right, f"{when}, train_ds and valid_ds are {got}, expected {right}")


@points(
    1,
    function="Learner",
    hint="Four arguments, four attributes.",
    handout="keeps its four arguments as attributes",
)
def test_learner(student):
    """A Learner has the model, opt, loss_func and data that it was given"""
    code = 'learn = Learner("model", "opt", "loss_func", "data")\nprint(vars(learn))'
    one, _ = student.run("keeps", "Learner", LEARNER, {}, as_python=code)
    check_kept("Learner(model, opt, loss_func, data)", one, {part: f"{part} of 0" for part in LEARNER})


@points(
    1,
    function="DataBunch",
    band="robust",
    hint="What belongs to one object is set on `self`.",
    handout="Objects share nothing: two data bunches",
)
def test_two_data_bunches(student):
    """Each of two DataBunches keeps its own loaders"""
    code = (
        f'{BAG}one, two = (DataBunch(Bag(dataset=f"set {{i}}"), Bag(dataset=f"valid set {{i}}")) for i in "12")\n'
        "print(one.train_dl, one.train_ds, one.valid_ds)"
    )
    for i, kept in enumerate(student.run("keeps", "DataBunch", LOADERS, {}, as_python=code)):
        check_kept("two DataBunches", kept, bunch_of(i, None), f"DataBunch {i}")


@points(
    1,
    function="Learner",
    band="robust",
    hint="What belongs to one object is set on `self`.",
    handout="Objects share nothing: … two learners",
)
def test_two_learners(student):
    """Each of two Learners keeps its own parts"""
    code = 'one, two = (Learner(f"model {i}", "opt", "loss_func", "data") for i in "12"); print(one.model)'
    for i, kept in enumerate(student.run("keeps", "Learner", LEARNER, {}, as_python=code)):
        check_kept("two Learners", kept, {part: f"{part} of {i}" for part in LEARNER}, f"Learner {i}")


tags = st.integers(0, 3)
landmarks = st.sampled_from(LANDMARKS)


@points(
    2,
    function="Callback",
    hint="A method without `return` answers None.",
    handout="the nine landmarks (do_stop is not one of them), each of which answers True",
)
def test_callback_lets_everything_go_on(student):
    """A Callback answers True at each of the nine landmarks, and so does an object of a class derived from it"""
    for derived in (False, True):
        check_callback(student, [[0, event, 0] for event in LANDMARKS], derived, kept=False)


@points(
    2,
    function="Callback",
    hint="Which five names does the docstring list? They are kept as `self.…`.",
    handout="keeps what it is given: learn, epoch, xb, yb, loss",
)
@given(calls=st.lists(st.builds(lambda event, tag: [0, event, tag], landmarks, tags), min_size=1, max_size=6))
@example(calls=[[0, "begin_fit", 1], [0, "begin_epoch", 0], [0, "begin_batch", 2], [0, "after_loss", 0]])
@example(calls=[[0, "begin_epoch", 0], [0, "begin_epoch", 1]])
@example(calls=[[0, "begin_batch", 0], [0, "after_loss", 1], [0, "begin_batch", 1], [0, "after_loss", 0]])
def test_callback_keeps_what_it_is_told(student, calls):
    """A Callback has learn, epoch, xb, yb and loss as it was told them last"""
    check_callback(student, calls, False, answers=False)


@points(
    1,
    function="Callback",
    band="robust",
    hint="What belongs to one object is set on `self`.",
    handout="Objects share nothing: … two callbacks",
)
@few_examples(10)
@given(
    calls=st.lists(
        st.builds(
            lambda i, event, tag: [i, event, tag], st.integers(0, 1), st.sampled_from(list(PARAMETERS)), tags
        ),
        min_size=2,
        max_size=6,
    )
)
@example(calls=[[i, event, i] for event in PARAMETERS for i in (0, 1)] + [[0, "after_step", 0]])
@example(calls=[[0, "begin_epoch", 0], [1, "begin_epoch", 1], [0, "after_epoch", 0]])
def test_two_callbacks(student, calls):
    """Each of two objects of a class derived from Callback keeps what it was told itself"""
    check_callback(student, calls, True, answers=False)
