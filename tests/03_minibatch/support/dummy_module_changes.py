"""Cases, strategies and checks of test_dummy_module_changes.py."""

from hypothesis import strategies as st

from grader.suite import require
from grader.suite.source import literal

NAMES = ["zeta", "alpha", "mid"]


def as_python(parts: list, script: list) -> str:
    """The script as code that prints what each look sees."""
    made = {"linear": "torch.nn.Linear({}, 1)", "nested": "DummyModule()", "tied": "torch.nn.Linear(1, 1)",
            "twin": "torch.nn.Linear(2, 2, bias=False)"}  # fmt: skip
    lines = ["net = DummyModule()"]
    for k, (kind, *rest) in enumerate(parts):
        lines.append(f"layer{k} = {made[kind].format(k + 1)}")
        lines += [f"layer{k}.weight = layer{rest[0]}.weight"] if rest else []
        lines += [f"torch.nn.init.zeros_(layer{k}.weight)"] if kind == "twin" else []
    for what, *rest in script:
        if what == "look":
            lines.append("print(list(net.parameters()))")
        elif what == "set in":
            lines.append(f"layer{rest[0]}.{rest[1]} = layer{rest[2]}")
        elif what == "del":
            lines.append(f"del net.{rest[0]}")
        else:
            lines.append(f"net.{rest[0]} = {f'layer{rest[1]}' if what == 'set' else literal(rest[1])}")
    return "\n".join(lines)


def looks(student, parts: list, script: list) -> list:
    (seen,) = student.run("assemble", parts, script, as_python=as_python(parts, script))
    return seen


def in_words(script: list) -> str:
    """A script in words, to begin a message with."""
    words = {
        "set": lambda name, k: f"net.{name} = layer{k}",
        "plain": lambda name, value: f"net.{name} = {value!r}",
        "del": lambda name: f"del net.{name}",
        "set in": lambda i, name, k: f"layer{i}.{name} = layer{k}",
    }
    return "after " + "; ".join(words[e[0]](*e[1:]) for e in script if e[0] != "look")


def check(seen: dict, children: dict, when: str) -> None:
    """children: number of the (linear) layer by name, in order."""
    owed = [f"layer {k}'s {name}" for k in children.values() for name in ("weight", "bias")]
    require(seen["parameters"] == owed, f"{when}:\nparameters() gave {seen['parameters']}, expected {owed}")


def check_parameters(seen: dict, owed: list[str], when: str) -> None:
    require(seen["parameters"] == owed, f"{when}:\nparameters() gave {seen['parameters']}, expected {owed}")


@st.composite
def deletions(draw: st.DrawFn) -> list:
    """A script of assignments and deletions of names that are there; each assignment has a layer of its own."""
    there: dict = {}
    script: list = []
    for k, name in enumerate(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4))):
        script.append(["set", name, k])
        there[name] = k
        if draw(st.booleans()):
            gone = draw(st.sampled_from(sorted(there)))
            script.append(["del", gone])
            del there[gone]
    return script
