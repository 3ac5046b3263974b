"""Cases, strategies and checks of several tests."""

RUN = "from types import SimpleNamespace as Bag\nrunner = Runner({callbacks})\n" + (
    "runner.fit({epochs}, Bag(model=model, opt=opt, loss_func=loss_func, "
    "data=Bag(train_dl=train_dl, valid_dl=valid_dl)))"
)


def asked(trace: list, event: str) -> list[dict]:
    """What was noted each time that the callbacks were asked at `event`."""
    return [details for what, details in trace if what == "asked" and details["event"] == event]
