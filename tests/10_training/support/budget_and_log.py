"""Cases, strategies and checks of test_budget_and_log.py."""

import torch

from grader.suite import Mismatch


def small(n, budget):
    """n random images of two classes that differ in brightness."""
    y = torch.arange(n) % 2
    x = torch.rand(n, 1, 8, 8, generator=torch.Generator().manual_seed(n)) * 0.5 + y.view(-1, 1, 1, 1) * 0.5
    return {"x_train": x, "y_train": y, "x_valid": x[:10].clone(), "classes": 2, "budget": budget}


def run(student, function, data):
    snippet = f"{function}(data, seed=1, device={student.device!r})"
    snippet += f"  # data: {len(data['y_train'])} items, budget {data['budget']}"
    return student.run("train", function, data, 1, student.device, as_python=snippet)


def keeps_to(student, function, n, budget):
    data = small(n, budget)
    items = run(student, function, data)["items"]
    if items > data["budget"]:
        raise Mismatch(
            f"{function} trained on {items} items; {n} items and a budget of {data['budget']} were given"
        )


def left_alone(student, function, epochs):
    if changed := run(student, function, small(70, 70 * epochs))["changed"]:
        raise Mismatch(f"after {function}, {', '.join(changed)} of data are not as they were given")


def logs_each_batch(student, function, budget):
    seen = run(student, function, small(200, budget))
    batches, logged = seen["batches"], len(seen["log"].get("loss", ()))
    # Without a model that is called there is nothing to count.
    if batches and not batches / 2 < logged <= batches:
        raise Mismatch(f"{function} trained on {batches} batches, and logged {logged} losses")


def logged(student, name):
    """What is logged under that name in a run that is long enough for 20 batches, were they of all items."""
    log = run(student, "train_convnet", small(200, 22 * 200))["log"]
    if len(log.get(name, ())) < 20:
        raise Mismatch(
            f"train_convnet: data.log({name}=...) was called {len(log.get(name, ()))} times, with a budget of 22 "
            "epochs; it is to be called once a training batch"
        )
    return log[name]
