"""Cases, strategies and checks of test_loop.py."""

from hypothesis import strategies as st

from grader.suite import require
from grader.suite.source import literal

from .equations import worded

NAN, INF = float("nan"), float("inf")


def looped(student, task, probe, *args, as_python):
    """What a probe saw of the class that the task returns. Raises Mismatch where it is no class."""
    seen = student.run(probe, *args, as_python=as_python)
    strange = seen.get("kind")
    in_words = (
        f"{task} has to return a class (not an object of it), but returned {strange and worded(strange)}"
    )
    require(strange is None, in_words)
    return seen


def terminated(student, losses, epochs, recorder_first):
    end = next((k for k, x in enumerate(losses) if x != x or abs(x) == INF), None)
    wanted = losses * epochs if end is None else losses[:end]
    code = "class Recorder: pass\nclass Callback: pass\n"
    code += "cb = q26_terminate_on_nan(Callback, KeyboardInterrupt, Recorder)()\nprint(cb.run_before)\n"
    code += f"for loss in {literal(losses)}:\n    cb.loss = torch.tensor(loss); print(loss)\n"
    code += "    getattr(cb, 'after_loss', int)(); getattr(cb, 'after_batch', int)()"
    seen = looped(
        student, "q26_terminate_on_nan", "terminated", losses, epochs, recorder_first, as_python=code
    )
    in_words = f"with losses {losses} in each of {epochs} epochs"
    came = "cancelled" in seen["log"]
    require(came == (end is not None), f"{in_words} the fit was {'' if came else 'not '}ended")
    same = seen["registered"] == wanted
    require(same, f"{in_words} the recorder registered {seen['registered']}, expected {wanted}")


def asked(student, given_answers, exactly=False):
    stop = next((k for k, a in enumerate(given_answers) if a and a != "absent"), None)
    there = [k for k, a in enumerate(given_answers) if a != "absent"]
    wanted = there if stop is None else [k for k in there if k <= stop]
    cbs = [
        "N()" if a == "absent" else f"N(after_step=lambda: print('asked {k}') or {a!r})"
        for k, a in enumerate(given_answers)
    ]
    code = f"from types import SimpleNamespace as N\nl12_call([{', '.join(cbs)}], 'after_step')"
    seen = student.run("ask", given_answers, "after_step", as_python=code)
    in_words = f"with answers {given_answers} ('absent': no such method)"
    require(seen["asked"] == wanted, f"{in_words} callbacks {seen['asked']} were asked, expected {wanted}")
    result = stop is not None
    if exactly or seen["kind"] != "NoneType":
        kind = worded(seen["kind"])
        require(seen["kind"] == "bool", f"{in_words} True or False has to come back, not {kind}")
    require(bool(seen["result"]) == result, f"{in_words} {seen['result']} came back, expected {result}")


@st.composite
def descents(draw):
    """(losses, how many of them a search sees): healthy ones, maybe one that is too high, and some after it."""
    lowest = draw(st.sampled_from([1.0, 0.5]))
    healthy = st.lists(st.sampled_from([lowest, 2 * lowest, 4 * lowest]), max_size=2)
    before = [*draw(healthy), lowest, *draw(healthy)]
    bad = draw(st.sampled_from([None, 4.5 * lowest, 20 * lowest, NAN, INF]))
    if bad is None:
        return (before if len(before) > 1 else before * 2), max(2, len(before))
    if not abs(bad) < INF and draw(st.booleans()):
        before = []  # the very first loss
    return [*before, bad, lowest, *draw(st.lists(st.sampled_from([lowest, NAN]), max_size=2))], len(
        before
    ) + 1
