"""Cases, strategies and checks of test_one_batch.py."""

from hypothesis import strategies as st

from grader.suite import require
from grader.suite.training.narration import as_python, first_difference, moments, narrate
from grader.suite.training.scripts import answers, callback

from .common import NO

COURSE = [
    *("begin_batch", "forward", "loss", "after_loss", "backward", "after_backward", "step", "after_step"),
    "zero_grad",
]
SKIPPED = {
    "begin_batch": COURSE[1:],
    "after_loss": COURSE[4:],
    "after_backward": ["step"],
    "after_step": ["zero_grad"],
}
# The handler as a program: A stands in for it.
PLAIN = """    learn, in_train = property(lambda self: learn), True
    def do_stop(self): stop, learn.stop = learn.stop, False; return stop
    def __getattr__(self, landmark): return lambda *_, **__: print("A hears", landmark) or YES"""
BAG = (
    "from types import SimpleNamespace as Bag\nlearn = Bag(model=model, opt=opt, loss_func=loss_func, stop=False)\n"
    "(cb,) = {callbacks}\n"
)
RUN = BAG + "for xb, yb in train_dl: one_batch(xb, yb, cb)"


def code(s, run: str = RUN, yes: object = True) -> str:
    return as_python(
        {**s, "callbacks": [{**cb, "derived": False, "hears": "acts"} for cb in s["callbacks"]]},
        run,
        parameters={"begin_batch": "xb, yb", "after_loss": "loss"},
        otherwise=f"return {yes!r}",
        plain=PLAIN.replace("YES", repr(yes)),
    )


def story(s) -> str:
    return narrate(s).replace("one callback, which", "a handler that")


def course(s) -> list[str]:
    """The batches' course, after what the handler's answers skip. A landmark's nth time has to be that of batch n."""
    words = []
    for k in range(len(s["train"])):
        no = [a["event"] for a in s["callbacks"][0]["acts"] if a["nth"] == k and not a["value"]]
        skipped = {word for event in no for word in SKIPPED[event]}
        words += [word for word in COURSE if word not in skipped]
    return words


def sizes(most: int = 3) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(1, 3), min_size=1, max_size=most)


def handlers(events, latest: int, values=NO) -> st.SearchStrategy:
    return st.lists(answers(events, values, latest=latest), max_size=3).map(lambda acts: callback(*acts))


def check_course(s, trace: list) -> None:
    difference = first_difference(moments(trace), course(s))
    require(not difference, f"one_batch, {story(s)}:\n{difference}")


def check_numbers(s, trace: list) -> None:
    """Gradients add up from one zero_grad to the next, steps are of the sum, and nothing else moves the weight."""
    since_zero, weight, batch = 0.0, 0.0, -1
    mean_y = [sum(s["train"][:k]) + (n - 1) / 2 for k, n in enumerate(s["train"])]
    for what, details in trace:
        at = f"one_batch, {story(s)}: in batch {batch}, counted from 0, "
        if what == "forward":
            batch = details["batch"]
            require(
                details["weight"] == weight, f"{at}the weight is {details['weight']:g}, expected {weight:g}"
            )
        elif what == "loss":
            due = 2.0**batch * weight - mean_y[batch]
            require(
                abs(details["value"] - due) < 1e-9,
                f"{at}loss_func computed {details['value']:g}, expected loss_func(model(xb), yb) = {due:g}",
            )
        elif what == "backward":
            since_zero += 2.0**batch
        elif what == "step":
            came = details["gradient"]
            require(
                came == since_zero,
                f"{at}the gradient at the step is {came}, expected {since_zero:g}: the sum of the gradients since "
                "the last zero_grad",
            )
            weight -= since_zero
        elif what == "zero_grad":
            since_zero = 0.0


def check_batches(student, s) -> None:
    (trace,) = student.run("batches", s, as_python=code(s))
    check_course(s, trace)
    check_numbers(s, trace)
