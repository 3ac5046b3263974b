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


def keeps_to(student, function, n, epochs):
    data = small(n, int(epochs * n))
    items = run(student, function, data)["items"]
    if items > data["budget"]:
        raise Mismatch(
            f"{function} trained on {items} items; {n} items and a budget of {data['budget']} were given"
        )


def left_alone(student, function, epochs):
    if changed := run(student, function, small(70, 70 * epochs))["changed"]:
        raise Mismatch(f"{function} changed {', '.join(changed)} in place")


def logged(student, name, n, epochs):
    log = run(student, "train_convnet", small(n, n * epochs))["log"]
    if len(log.get(name, ())) < epochs:
        raise Mismatch(
            f"train_convnet: data.log({name}=...) was called {len(log.get(name, ()))} times in {epochs} epochs; it is "
            "to be called once a training batch"
        )
    return log[name]
