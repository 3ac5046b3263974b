"""Cases, strategies and checks of test_order.py."""

from hypothesis import strategies as st

from grader.suite import require


def wish(before: list[int] = (), after: list[int] = ()) -> dict:
    return {"before": list(before), "after": list(after)}


@st.composite
def wishes_and_order(draw) -> tuple[list[dict], list[int]]:
    n = draw(st.integers(2, 5))
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.booleans()), max_size=5))
    wishes = [wish() for _ in range(n)]
    for a, b, by_first in pairs:
        low, high = min(a, b), max(a, b)
        who, whom, name = (low, high, "before") if by_first else (high, low, "after")
        if low != high and whom not in wishes[who][name]:
            wishes[who][name].append(whom)
    return wishes, draw(st.permutations(range(n)))


@st.composite
def wishes_about_the_own(draw) -> tuple[list[dict], list[int]]:
    """Wishes, some of which name TrainEvalCallback and Recorder, the former of which comes first."""
    wishes, given = draw(wishes_and_order())
    n = len(wishes)
    low, high = sorted(draw(st.lists(st.integers(0, n), min_size=2, max_size=2)))
    places = {"TrainEvalCallback": low, "Recorder": high}
    asked = draw(
        st.lists(st.tuples(st.integers(0, n - 1), st.sampled_from(list(places))), min_size=1, max_size=3)
    )
    for i, own in asked:
        name = "before" if i < places[own] else "after"
        if own not in wishes[i][name]:
            wishes[i][name].append(own)
    return wishes, given


def name_of(i: int | str) -> str:
    return i if isinstance(i, str) else chr(ord("A") + i)


def names(numbers: list) -> str:
    return "[" + ", ".join("?" if i is None else name_of(i) for i in numbers) + "]"


def pairs_of(wishes: list[dict]) -> list[tuple[int, int, str]]:
    """(who comes first, who comes later, the wish in words) of every wish."""
    pairs = []
    for i, w in enumerate(wishes):
        pairs += [(i, k, f"{name_of(i)}.run_before holds {name_of(k)}") for k in w["before"]]
        pairs += [(k, i, f"{name_of(i)}.run_after holds {name_of(k)}") for k in w["after"]]
    return pairs


def check_order(order: list, wishes: list[dict], what: str, unheard: set[str] = frozenset()) -> None:
    """Each of the wishing callbacks is there once, and the wishes are kept, but those about the unheard."""
    numbers = sorted(who for who in order if isinstance(who, int))
    once = numbers == list(range(len(wishes))) and len(order) == len(
        [who for who in order if who is not None]
    )
    require(once, f"{what} {names(order)}: not each once")
    for first, later, words in pairs_of(wishes):
        text = f"{what} {names(order)}, but {words}"
        require(unheard & {first, later} or order.index(first) < order.index(later), text)


def classes(wishes: list[dict], kind: str) -> list[str]:
    """The callbacks' classes, as Python; wishes are set afterwards, for they name classes."""
    lines = [f"class {name_of(i)}(Callback): pass" for i in range(len(wishes))]
    for i, w in enumerate(wishes):
        for name, numbers in (("run_before", w["before"]), ("run_after", w["after"])):
            wanted = ", ".join(map(name_of, numbers))
            if len(numbers) == 1 and kind == "class":
                lines.append(f"{name_of(i)}.{name} = {wanted}")
            elif numbers:
                lines.append(f"{name_of(i)}.{name} = [{wanted}]")
    return lines


def sorted_by(student, wishes, given, kind) -> dict:
    call = f"[type(cb).__name__ for cb in sort_callbacks([{', '.join(name_of(i) + '()' for i in given)}])]"
    return student.run("sort", wishes, list(given), kind, as_python="\n".join([*classes(wishes, kind), call]))


def first_time(order: list) -> list:
    """Who heard an event when it came for the first time."""
    return order[: next((k for k, who in enumerate(order) if who in order[:k]), len(order))]
