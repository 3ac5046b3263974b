"""Cases, strategies and checks of test_train_eval.py."""

from hypothesis import strategies as st


def epochs(*, broken_off: bool) -> st.SearchStrategy:
    """Of each epoch: batches there are, batches done, how many of these are cancelled, batches of validation."""
    whole = st.tuples(st.integers(1, 4), st.integers(0, 4), st.integers(0, 2), st.integers(0, 3))
    return st.lists(
        whole.map(lambda e: [e[0], min(e[0], e[1]) if broken_off else e[0], e[2], e[3]]),
        min_size=1,
        max_size=3,
    )


def where(f: int, e: int, k: int, moment: str) -> str:
    if moment == "begin_fit":
        place = "after begin_fit"
    elif "batch" in moment:
        when = "at begin_batch of" if moment == "begin_batch" else "after"
        place = f"{when} {'validation' if 'validation' in moment else 'training'} batch {k} of epoch {e}"
    else:
        place = f"after {moment} of epoch {e}"
    return place + (f", in fit {f + 1}" if f else "")
