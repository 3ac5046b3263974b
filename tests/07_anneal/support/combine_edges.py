"""Cases, strategies and checks of test_combine_edges.py."""

from grader.suite import assert_close


def phases(shares: list) -> list:
    return list(range(1, len(shares) + 1))


def check(student, shares: list, asks: list) -> None:
    """asks: [position, number of the phase, position in it] for each."""
    positions = [pos for pos, _, _ in asks]
    lambdas = ", ".join(f"lambda pos: {10 * n} + float(pos)" for n in phases(shares))
    code = f"s = combine_scheds({shares!r}, [{lambdas}])\n[s(pos) for pos in {positions!r}]"
    got = student.run("combined", [[shares, phases(shares)]], [[0, p] for p in positions], as_python=code)
    for (pos, phase, inner), answer in zip(asks, got, strict=True):
        in_words = f"with shares {shares}, at position {pos!r}, where phase {phase} is at {inner:.6g}, "
        in_words += f"and answers {10 * phase} plus that, the combined schedule"
        assert_close(answer, 10 * phase + inner, what=in_words, atol=1e-5)


def refused(student, shares: list, count: int, what: str) -> None:
    """combine_scheds of these shares and so many schedules is a ValueError."""
    scheds = ", ".join(["lambda pos: pos"] * count)
    call = f"combine_scheds({shares!r}, [{scheds}])"
    with student.raises("ValueError", f"combine_scheds({shares!r}, …) of {count} schedules, {what},"):
        student.run("combine_only", shares, count, as_python=call)
