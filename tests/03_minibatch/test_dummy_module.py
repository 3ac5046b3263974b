"""DummyModule: which attributes are layers, in which order, and what comes of them.

A weaker suite lets pass: layers kept in a dict of the class (right for one object), names that are sorted (right for
l1, l2), parameters collected in __init__ or remembered from the first asking (right if nothing changes), a list in
place of a generator, only those of torch's layers.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.source import literal

from .support.dummy_module import LINEAR, RELU, assigned, check, check_names, in_words, layers, look

EMPTY: list = []


@points(
    3,
    function="DummyModule",
    handout=(
        "A layer that is set as an attribute is registered",
        "parameters() yields those of the layers, in order of registration",
        "Only names that begin with _ are left out.",
    ),
    hint="Every self.name = value goes through __setattr__. Which order does a dict have?",
)
@given(net=layers())
@example(net=([LINEAR], [("alpha", 0)]))
@example(net=([LINEAR, RELU, LINEAR], [("zeta", 0), ("mid", 1), ("alpha", 2)]))
@example(net=([LINEAR, LINEAR], [("gamma_9", 0), ("gamma_10", 1)]))
@example(net=([LINEAR, LINEAR], [("gamma10", 0), ("gamma9", 1)]))
def test_registration(student, net):
    """parameters() gives the parameters of the layers in the order of assignment"""
    parts, children = net
    ((seen,),) = look(student, parts, assigned(children))
    check(seen, parts, children, in_words(children))


@points(
    1,
    function="DummyModule",
    handout="A layer that is set as an attribute",
    hint="What does the last line of __setattr__ have to do, so that self.name works?",
)
@given(net=layers())
@few_examples()
@example(net=([LINEAR, RELU], [("zeta", 0), ("alpha", 1)]))
def test_layers_are_attributes(student, net):
    """A layer that was assigned can be read as an attribute"""
    parts, children = net
    ((seen,),) = look(student, parts, assigned(children))
    for name, k in children:
        got = dict(seen["attributes"]).get(name, "no such attribute")
        require(got == f"layer {k}", f"layer {k} was assigned to net.{name}, which is then {literal(got)}")


@points(
    2,
    function="DummyModule",
    handout="only what has a method parameters() is registered: numbers and strings are just attributes.",
    band="robust",
    hint="Does the value have a method parameters()? If not, what is there to register?",
)
@given(
    net=layers(most=3),
    values=st.lists(st.sampled_from([3, 0, 0.5, "relu", "", None, True, [1, 2]]), min_size=1, max_size=3),
    where=st.integers(0, 3),
)
@example(net=([LINEAR], [("alpha", 0)]), values=[784], where=0)
@example(net=([LINEAR], [("alpha", 0)]), values=["mlp", None, [1, 2]], where=1)
def test_plain_attributes(student, net, values, where):
    """Numbers, strings and the like are attributes, but no children"""
    parts, children = net
    script = assigned(children)
    script[where:where] = [["plain", f"plain{i}", value] for i, value in enumerate(values)]
    ((seen,),) = look(student, parts, script)
    plain = ", ".join(f"plain{i} = {value!r}" for i, value in enumerate(values))
    check(seen, parts, children, f"{in_words(children)} and {plain}")
    for i, value in enumerate(values):
        got = dict(seen["attributes"]).get(f"plain{i}", "no such attribute")
        same = got == value and type(got) is type(value)
        require(same, f"{value!r} was assigned to net.plain{i}, which is then {literal(got)}")


@points(1, function="DummyModule", handout="unless the name begins with _.", hint="name.startswith(...)")
@given(net=layers(most=3), where=st.integers(0, 3), name=st.sampled_from(["_hidden", "_", "_alpha2"]))
@few_examples()
@example(net=([LINEAR, LINEAR], [("alpha", 0)]), where=0, name="_hidden")
def test_names_with_underscore(student, net, where, name):
    """A layer whose name begins with _ is an attribute, but no child"""
    parts, children = net
    script = assigned(children)
    script.insert(where, ["set", name, len(children)])
    parts = [*parts[: len(children)], LINEAR]
    ((seen,),) = look(student, parts, script)
    check(seen, parts, children, f"{in_words(children)} and {name}")
    got = dict(seen["attributes"]).get(name, "no such attribute")
    require(
        got == f"layer {len(children)}", f"a layer was assigned to net.{name}, which is then {literal(got)}"
    )


@points(
    2,
    function="DummyModule",
    handout="parameters() … can be called again at any time",
    hint="What is asked for anew each time, and what was remembered?",
)
@given(net=layers(least=1), cut=st.integers(0, 4))
@example(net=([LINEAR], [("alpha", 0)]), cut=0)
@example(net=([LINEAR, LINEAR], [("zeta", 0), ("alpha", 1)]), cut=1)
def test_asked_again(student, net, cut):
    """parameters() can be asked again, and knows a layer that was assigned in between"""
    parts, children = net
    first = children[:cut]
    script = [*assigned(first), ["look"], ["look"], *assigned(children[cut:]), ["look"]]
    ((one, two, three),) = look(student, parts, script)
    check(one, parts, first, in_words(first))
    check(two, parts, first, f"{in_words(first)}, asked a second time")
    check(three, parts, children, f"{in_words(children)}, asked before the last of them, too")


@points(
    2,
    function="DummyModule",
    handout="it asks a layer for them when the walk reaches it",
    hint="`yield` makes a generator: nothing runs before somebody asks for the first value.",
)
def test_lazy(student):
    """parameters() asks a layer for its parameters when the walk reaches it, not before"""
    code = "asked = []\nclass Layer(torch.nn.Linear):\n    def parameters(self, recurse=True):\n"
    code += "        asked.append(self); yield from super().parameters(recurse)\nnet = DummyModule()\n"
    code += "net.a, net.b = Layer(1, 1), Layer(1, 1)\nit = iter(net.parameters())\nlen(asked)\nnext(it); len(asked)"
    for taken in range(5):
        before, after = student.run("ask_slowly", 2, taken, as_python=code)
        require(
            not before, f"parameters() was called, no parameter taken: layers {before} were asked already"
        )
        owed = list(range((taken + 1) // 2))
        require(
            after == owed,
            f"two layers of two parameters each, {taken} of them taken from parameters(): "
            f"layers {after} were asked for theirs, expected {owed}",
        )


@points(
    1,
    function="DummyModule",
    handout="A layer that is set as an attribute is registered",
    hint="Whose dictionary is it: the class's, or each object's own?",
)
@given(nets=st.tuples(layers(most=3), layers(most=3)))
@few_examples(10)
@example(nets=(([LINEAR], [("alpha", 0)]), ([LINEAR], [("alpha", 0)])))
@example(nets=(([LINEAR], [("alpha", 0)]), ([], [])))
def test_two_objects(student, nets):
    """Two objects have each their own layers"""
    (parts, first), (more, second) = nets
    second = [(name, k + len(parts)) for name, k in second]
    every = [*parts, *more]
    (one,), (two,) = look(student, every, assigned(first), assigned(second))
    check(one, every, first, f"with a second object, of the first one, {in_words(first)}")
    check(two, every, second, f"with a first object, of the second one, {in_words(second)}")


@points(
    2,
    function="DummyModule",
    handout="named_children() gives (name, layer), in order.",
    band="robust",
    hint="A pair for each child: the name, and the child.",
)
@given(net=layers(kinds=(LINEAR, RELU, ["own"], ["empty"])), cut=st.integers(0, 4))
@example(net=([LINEAR, RELU, LINEAR], [("zeta", 0), ("mid", 1), ("alpha", 2)]), cut=3)
@example(net=([["empty"]], [("alpha", 0)]), cut=1)
@example(net=([LINEAR, LINEAR], [("zeta", 0), ("alpha", 1)]), cut=1)
def test_named_children(student, net, cut):
    """named_children() gives (name, child) in the order of assignment, asked again also those assigned since"""
    parts, children = net
    script = [*assigned(children[:cut]), ["look"], *assigned(children[cut:]), ["look"]]
    ((early, late),) = look(student, parts, script, also="children")
    check_names(early, children[:cut], in_words(children[:cut]))
    check_names(late, children, in_words(children))


@points(
    1,
    function="DummyModule",
    handout="__repr__ has the layers' names",
    stub="A text with the names of the layers in it.",
    hint="print(net) is how one sees what is in it.",
)
@given(net=layers(kinds=(LINEAR, RELU, ["empty"])))
@few_examples(10)
@example(net=([LINEAR, RELU, LINEAR], [("zeta", 0), ("alpha", 1), ("mid", 2)]))
@example(net=([["empty"]], [("alpha", 0)]))
def test_repr(student, net):
    """repr() has the name of every layer in it"""
    parts, children = net
    ((seen,),) = look(student, parts, assigned(children), also="repr")
    for name, _ in children:
        require(name in seen["repr"], f"{in_words(children)}, repr() is {seen['repr']!r}, without {name!r}")


@points(
    1,
    function="DummyModule",
    handout="What counts as a layer is the method parameters(), not truth",
    hint="What does DummyModule need a layer to have, other than parameters()?",
)
@given(net=layers(kinds=(["own"], ["empty"], LINEAR), least=1, most=4))
@few_examples(10)
@example(net=([["own"], ["own"]], [("zeta", 0), ("alpha", 1)]))
@example(net=([["empty"]], [("alpha", 0)]))
def test_whatever_has_parameters(student, net):
    """Whatever has parameters() is a child: of a class of one's own, or a container with nothing in it"""
    parts, children = net
    ((seen,),) = look(student, parts, assigned(children))
    kinds = ", ".join(f"{k}: {kind}" for k, (kind, *_) in enumerate(parts))
    check(seen, parts, children, f"{in_words(children)} (layers {kinds})")
