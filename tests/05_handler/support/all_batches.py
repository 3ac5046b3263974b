"""Cases, strategies and checks of test_all_batches.py."""

from grader.suite import require
from grader.suite.training.narration import as_python, narrate

# The handler as a program: A stands in for it.
PLAIN = """    learn, in_train = property(lambda self: learn), True
    def do_stop(self): stop, learn.stop = learn.stop, False; return YES if stop else False
    def __getattr__(self, landmark): return lambda *_, **__: print("A hears", landmark) or YES"""
RUN = (
    "from types import SimpleNamespace as Bag\nlearn = Bag(model=model, opt=opt, loss_func=loss_func, stop=False)\n"
    "(cb,) = {callbacks}\n"
)
LOOP = "all_batches(train_dl, cb); print('stop is', learn.stop)"


def code(s, loop: str = LOOP, yes: object = True) -> str:
    return as_python(
        {**s, "callbacks": [{**cb, "derived": False, "hears": "acts"} for cb in s["callbacks"]]},
        RUN + loop,
        parameters={"begin_batch": "xb, yb", "after_loss": "loss"},
        stop="learn.stop = True",
        otherwise=f"return {yes!r}",
        plain=PLAIN.replace("YES", repr(yes)),
    )


def story(s) -> str:
    return (
        narrate(s).replace("one callback, which", "a handler that").replace("sets stop", "has learn.stop set")
    )


def begun(trace: list) -> list:
    """Numbers of the batches for which begin_batch was asked."""
    return [d["given"] for what, d in trace if what == "asked" and d["event"] == "begin_batch"]


def check_begun(s, trace: list, due: list[int], what: str = "") -> None:
    came = begun(trace)
    require(
        came == due,
        f"all_batches, {story(s)}{what}: batches {came or 'none'} were begun (None is none of dl's), expected "
        f"{due or 'none'}",
    )


def check_stop(s, trace: list, what: str = "") -> None:
    n = len(s["train"])
    last = min([a["nth"] for a in s["callbacks"][0]["acts"] if a["does"] == "stop"] + [n - 1])
    check_begun(s, trace, list(range(last + 1)), what)
    require(
        not trace[-1][1]["stop"],
        f"all_batches, {story(s)}{what}: afterwards learn.stop is still True, so cb.do_stop() was not asked after "
        f"batch {last}",
    )
