"""Cases, strategies and checks of test_dummy_module.py."""

from hypothesis import strategies as st

from grader.suite import require
from grader.suite.source import literal

NAMES = ["zeta", "alpha", "mid", "gamma_10", "gamma_9"]
LINEAR, RELU = ["linear"], ["relu"]


def as_python(parts: list, *scripts: list, also: str = "") -> str:
    """The scripts as code that prints what each look sees."""
    made = {"linear": "torch.nn.Linear({}, 1)", "relu": "torch.nn.ReLU()", "empty": "torch.nn.Sequential()",
            "twin": "torch.nn.Linear(2, 2, bias=False)", "nested": "DummyModule()", "tied": "torch.nn.Linear(1, 1)",
            "own": "type('Own', (), {{'parameters': lambda self: iter([torch.ones(3)])}})()"}  # fmt: skip
    lines = [f"layer{k} = {made[kind].format(k + 1)}" for k, (kind, *_) in enumerate(parts)]
    lines += [f"layer{k}.weight = layer{rest[0]}.weight" for k, (kind, *rest) in enumerate(parts) if rest]
    for n, script in enumerate(scripts):
        net = f"net{n}" if len(scripts) > 1 else "net"
        lines.append(f"{net} = DummyModule()")
        for what, *rest in script:
            if what == "look":
                more = {"children": f", [n for n, _ in {net}.named_children()]", "repr": f", {net}"}.get(
                    also, ""
                )
                lines.append(f"print([p.shape for p in {net}.parameters()]{more})")
            elif what == "set in":
                lines.append(f"layer{rest[0]}.{rest[1]} = layer{rest[2]}")
            elif what == "del":
                lines.append(f"del {net}.{rest[0]}")
            else:
                value = f"layer{rest[1]}" if what == "set" else literal(rest[1])
                lines.append(f"{net}.{rest[0]} = {value}")
    return "\n".join(lines)


def look(student, parts: list, *scripts: list, also: str = "") -> list:
    """What the probe's looks saw; without one in the script, there is one at its end."""
    scripts = [s if ["look"] in s else [*s, ["look"]] for s in scripts]
    code = as_python(parts, *scripts, also=also)
    return student.run("assemble", parts, *scripts, **({"also": also} if also else {}), as_python=code)


def parameters_of(parts: list, k: int) -> list[str]:
    names = {"linear": ["weight", "bias"], "own": ["parameter"], "twin": ["weight"]}.get(parts[k][0], [])
    return [f"layer {k}'s {name}" for name in names]


def check(seen: dict, parts: list, children: list, when: str) -> None:
    """children: (name, number of the layer) in order."""
    owed = [p for _, k in children for p in parameters_of(parts, k)]
    require(seen["parameters"] == owed, f"{when}, parameters() gave {seen['parameters']}, expected {owed}")


def check_names(seen: dict, children: list, when: str) -> None:
    names = [[name, f"layer {k}"] for name, k in children]
    require(seen["children"] == names, f"{when}, named_children() gave {seen['children']}, expected {names}")


def assigned(children: list) -> list:
    return [["set", name, k] for name, k in children]


def in_words(children: list) -> str:
    return f"after the assignments of {', '.join(f'{name} (layer {k})' for name, k in children) or 'nothing'}"


@st.composite
def layers(draw: st.DrawFn, kinds=(LINEAR, RELU), least: int = 0, most: int = 5) -> tuple[list, list]:
    """(parts, children): a layer for each name."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=least, max_size=most))
    parts = draw(st.lists(st.sampled_from(kinds), min_size=len(names), max_size=len(names)))
    return parts, list(zip(names, range(len(names)), strict=True))
