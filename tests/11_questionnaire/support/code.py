"""Cases, strategies and checks of test_code.py."""

import ast

import torch

from grader.suite import assert_close, require


def same(came, wanted):
    """Whether they are equal; tensors of several entries, which can't say so in one word, are not."""
    try:
        return bool(came == wanted)
    except (RuntimeError, ValueError):
        return False


def zeroed(student, values, slopes):
    names = ", ".join("pqr"[: len(values)])
    code = [
        f"{p} = torch.tensor([{v}, {-v}], requires_grad=True)" for p, v in zip("pqr", values, strict=False)
    ]
    taking_part = [(p, x) for p, x in zip("pqr", slopes, strict=False) if x is not None]
    code += [f"({x} * {p}**2).sum().backward(create_graph=True)" for p, x in taking_part]
    code += [f"q04_zero_grad([{names}])", f"print([(x, x.grad) for x in [{names}]])"]
    for k, left in enumerate(student.run("zero_gradients", values, slopes, as_python="\n".join(code))):
        v = values[k]
        assert_close(left["value"], torch.tensor([v, -v]), what=f"parameter {k} itself")
        if slopes[k] is not None and left["grad"] is not None:
            assert_close(left["grad"], torch.zeros(2), what=f"the gradient of parameter {k}")
            require(not left["history"], f"the gradient of parameter {k} still remembers where it came from")


def wanted_call(names, k, hypers):
    """The keywords of the call number k of one parameter, names being those of the callbacks in the order of calls.

    "step" tells how many calls of "count" came before, "mark" what "step" was told to the last "mark" before.
    """
    counts = names[:k].count("count")
    marks = [at for at in range(k) if names[at] == "mark"]
    kept = {"step": counts} if counts else {}
    return {**kept, **({"mark": names[: marks[-1]].count("count")} if marks else {}), **hypers}


def root(node):
    """The name that an expression such as w.data[1:].view(-1) begins with, "" where it begins with none."""
    while not isinstance(node, ast.Name):
        inside = getattr(node, "value", None) or getattr(node, "func", None)
        if not isinstance(inside, ast.AST):
            return ""
        node = inside
    return node.id


def names_of_p(nodes):
    """The first argument's name, and names that are given to it, or to a view of it."""
    functions = [n for n in nodes if isinstance(n, (ast.FunctionDef, ast.Lambda))]
    arguments = [*functions[0].args.posonlyargs, *functions[0].args.args] if functions else []
    known = {arguments[0].arg} if arguments else {"p"}
    for node in nodes:
        if (
            isinstance(node, ast.Assign)
            and not isinstance(node.value, ast.BinOp)
            and root(node.value) in known
        ):
            known |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return known
