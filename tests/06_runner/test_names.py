"""camel2snake, listify and Callback: the small parts.

A weaker suite lets pass: one regular expression for two (right without acronyms), rstrip("callback") (right for most
names), a fall-through that skips false values or remembers what it once read, one runner for all callbacks.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import points, require

from .support.names import check_copy

SNAKES = {
    "TrainEvalCallback": "train_eval_callback",
    "AvgStats": "avg_stats",
    "Recorder": "recorder",
    "A": "a",
    "HTTPServer": "http_server",
    "MyHTTPServer2Go": "my_http_server2_go",
    "LRFinder": "lr_finder",
    "LossToCSV": "loss_to_csv",
    "GPU": "gpu",
    "Model2Vec": "model2_vec",
    "V2Loss": "v2_loss",
    "X1Y": "x1_y",
    "ABTest": "ab_test",
    "OneCycleLR": "one_cycle_lr",
    "already_snake": "already_snake",
    "smallCamel": "small_camel",
}

words = st.from_regex(r"\A[A-Z][a-z]{1,3}[0-9]{0,2}\Z")


@points(
    2,
    function="camel2snake",
    hint="Two substitutions, one after the other, and only then small letters.",
    handout="as in their docstrings",
    stub="First put an underscore before each capital that is followed by a small letter, "
    "except at the beginning of the name. Then put one between a small letter or digit "
    "and a capital after it, and last make all letters small.",
)
def test_snake_case(student):
    """camel2snake of names with acronyms and digits, and of names that are in snake case already"""
    for name, expected in SNAKES.items():
        got = student.camel2snake(name)
        require(got == expected, f"camel2snake({name!r}) is {got!r}, expected {expected!r}")


@points(
    1,
    function="camel2snake",
    hint="How many words may a name have?",
    handout="as in their docstrings",
    stub="Return the name of a class in snake case",
)
@given(parts=st.lists(words, min_size=1, max_size=5))
@example(parts=["Ab", "Cd", "Ef", "Gh"])
def test_words_are_joined_by_underscores(student, parts):
    """The words of a name in camel case come out in small letters, with underscores between them"""
    name, expected = "".join(parts), "_".join(parts).lower()
    got = student.camel2snake(name)
    require(got == expected, f"camel2snake({name!r}) is {got!r}, expected {expected!r}")


items = st.lists(
    st.one_of(st.integers(-2, 2), st.booleans(), st.none(), st.sampled_from(["", "ab"])), max_size=3
)


@points(
    2,
    function="listify",
    hint="Five cases. Which of them is a list of its items, which a list of itself?",
    handout="as in their docstrings",
    stub="Return a list: None -> []; a list -> itself; a str -> [str]; another iterable -> its "
    "items; else [o].",
)
@given(o=st.one_of(st.none(), items, st.sampled_from(["", "abc"]), st.integers(0, 3), items.map(tuple)))
@example(o=None)
@example(o="abc")
@example(o="")
@example(o=0)
@example(o=False)
@example(o=0.0)
@example(o=[])
@example(o=())
@example(o=(None, 0))
@example(o=[[1], None])
def test_listify(student, o):
    """listify: None gives no items, a str or a number gives one, a list or tuple gives its own"""
    got = student.listify(o)
    many = isinstance(o, (list, tuple))
    expected = list(o) if many else [] if o is None else [o]
    same = isinstance(got, list) and repr(got) == repr(expected)  # 0, 0.0 and False are equal
    require(same, f"listify({o!r}) is {got!r}, expected {expected!r}")


@points(
    1,
    function="listify",
    hint="Anything one can loop over is a list of its items, except a str.",
    handout="as in their docstrings",
    stub="a list -> itself; a str -> [str]; another iterable -> its items; else [o]",
)
def test_listify_other_things(student):
    """listify: a list itself; the items of sets, generators and ranges; functions and objects are one item"""
    for kind in ("list", "set", "generator", "range", "function", "class", "object"):
        got = student.run("listify", kind, [0, 1, 2])
        holds = kind in ("list", "set", "generator", "range")
        in_words = "[0, 1, 2]" if holds else f"a list that holds the {kind} itself"
        expected = [0, 1, 2] if holds else [kind]
        require(got["result"] == expected, f"listify of a {kind} is {got['result']}, expected {in_words}")
        require(kind != "list" or got["same"], "listify of a list is another list, expected the list itself")


NAMES = {
    "TrainEvalCallback": "train_eval",
    "AvgStats": "avg_stats",
    "TrackCallback": "track",
    "CallbackCounter": "callback_counter",
    "CallbackCallback": "callback",
    "MyCallbackTimer": "my_callback_timer",
    "HTTPCallback": "http",
    "Recorder": "recorder",
}


@points(
    1,
    function="Callback",
    hint="Only at the end of the name, only once, and no underscore is left behind.",
    handout="name, as its docstring has it",
    stub='name: the name of the class without "Callback" at its end, in snake case',
)
def test_name(student):
    """A callback's name is its class's in snake case, without "callback" at its end"""
    for name, expected in NAMES.items():
        got = student.run("name_of", name, as_python=f"class {name}(Callback): pass\n{name}().name")
        require(got == expected, f"a {name}'s name is {got!r}, expected {expected!r}")


@points(
    1,
    function="Callback",
    hint="An attribute of the class will do.",
    handout="_order = 0",
)
def test_order_is_zero(student):
    """A callback's _order is 0, unless its class says otherwise"""
    got = student.run("order_of", as_python="Callback()._order")
    require(got[0] == 0, f"Callback()._order is {got[0]}, expected 0")
    require(got[1] == 7, f"_order of a callback whose class says 7 is {got[1]}")


@points(
    2,
    function="Callback",
    hint="__getattr__ is called for what Python did not find: ask the runner, each time anew.",
    handout="reading falls through to the runner of set_runner(run)",
    stub="Return the runner's attribute, for one that Python didn't find.",
)
@given(
    there=st.dictionaries(
        st.sampled_from(["epoch", "stop", "xb", "in_train"]),
        st.sampled_from([None, 0, False, "", [], 3]),
        max_size=3,
    ),
    own=st.dictionaries(st.sampled_from(["epoch", "speed"]), st.sampled_from([None, 0, 7]), max_size=2),
)
@example(there={"epoch": 3}, own={})
@example(there={"stop": False, "epoch": 0, "xb": None}, own={})
@example(there={"epoch": 3}, own={"epoch": None})
@example(there={}, own={})
def test_reads_fall_through(student, there, own):
    """What a callback has no attribute for is read from its runner, as it is now; AttributeError if neither has it"""
    other = {**there, "loss": 5}
    names = ["epoch", "stop", "xb", "in_train", "speed", "loss"]
    for k, (run, got) in enumerate(
        zip([there, other], student.run("reads", [there, other], own, names), strict=True)
    ):
        which = f"after set_runner with {'another' if k else 'a'} runner that has {run}"
        require(got["run"], f"{which}, callback.run is not that runner")
        later = {name: [value] for name, value in run.items()}
        for moment, values in (("read", run), ("later", later)):
            expected = dict.fromkeys(names, "AttributeError") | values | own
            for name in names:
                changed = f", and all of the runner's values became {later}" if moment == "later" else ""
                require(
                    repr(got[moment][name]) == repr(expected[name]),
                    f"{which}{changed}, and the callback's own attributes are {own}: callback.{name} is "
                    f"{got[moment][name]!r}, expected {expected[name]!r}",
                )


@points(
    1,
    function="Callback",
    hint="Where does set_runner keep the runner? And what does plain assignment do?",
    handout=(("Writing does not fall through: self.stop = True sets an attribute of the callback."),),
)
def test_writes_stay(student):
    """What a callback writes is its own, not the runner's, and each callback has a runner of its own"""
    got = student.run("writes")
    require(
        got["read"] == [False, "second"],
        f"two callbacks of two runners, whose stop is False and 'second', read {got['read']}",
    )
    require(got["callback"] is True, f"after callback.stop = True, callback.stop is {got['callback']!r}")
    require(
        got["runner"] is False,
        f"after callback.stop = True, the runner's stop is {got['runner']!r}, not False",
    )
    require(
        got["other"] == "second", f"after callback.stop = True, another callback's stop is {got['other']!r}"
    )


@points(
    2,
    function="Callback",
    band="robust",
    hint="In __getattr__, what happens on self.run before there is one? Look in __dict__.",
    handout="before set_runner, a missing attribute is an AttributeError",
)
def test_too_early(student):
    """Before set_runner, reading an attribute that isn't there is an AttributeError"""
    for name in ("epoch", "speed", "begin_fit"):
        code = f"Callback().{name}"
        with student.raises("AttributeError", f"reading {code} before set_runner"):
            student.run("reads_too_early", name, as_python=code)


@points(
    1,
    function="Callback",
    band="robust",
    hint="A copy is made without __init__, and then asked for what it hasn't got.",
    handout="before set_runner … copy, deepcopy and pickle work",
)
def test_copies(student):
    """A callback that has no runner yet can be copied and pickled, and the copy gets a runner of its own"""
    for how in ("copy", "deepcopy", "pickle"):
        check_copy(student, how)
