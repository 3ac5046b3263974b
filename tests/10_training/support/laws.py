"""Cases, strategies and checks of test_laws.py."""

import torch
from hypothesis import strategies as st

from grader.suite import Mismatch


def usual(epochs=2):
    """Random images of 8×8 in ten classes, more of them than a batch has."""
    sizes = st.sampled_from([200, 180]), st.just((1, 8, 8)), st.just(10)
    return st.builds(_problem, *sizes, st.integers(0, 100), st.just(epochs))


def others():
    """A small set of random images: any number of items, channels and classes, and no squares."""
    shapes = st.tuples(st.sampled_from([1, 3]), st.sampled_from([8, 12, 4]), st.sampled_from([8, 10, 5]))
    n, classes = st.sampled_from([130, 70, 65, 20, 11]), st.sampled_from([10, 2, 3])
    return st.builds(_problem, n, shapes, classes, st.integers(0, 100))


def _problem(n, shape, classes, seed, epochs=8):
    generator = torch.Generator().manual_seed(seed)
    return {
        "x_train": torch.rand(n, *shape, generator=generator),
        "y_train": torch.arange(n) % classes,
        "x_valid": torch.rand(30, *shape, generator=generator),
        "classes": classes,
        "budget": epochs * n,
    }


def trained(student, function, data, seed=1, **options):
    """What the probe saw; every model has to be one, and to give a row of `classes` numbers for an image."""
    snippet = f"model = {function}(data, seed={seed}, device={student.device!r})  # data: {told_of(data)}"
    seen = student.run("train", function, data, seed, student.device, as_python=snippet, **options)
    for name, model in seen["models"].items():
        what = f"{function}'s {name}" if name else f"what {function} returns"
        if model["kind"] != "nn.Module":
            raise Mismatch(f"{what} has to be a trained nn.Module, but is a {model['kind']}")
        wanted = [len(data["x_valid"]), data["classes"]]
        if model["shape"] != wanted:
            raise Mismatch(
                f"{what}: for {told_of(data)} it gives {model['shape']} for x_valid, expected {wanted}"
            )
    return seen


def told_of(data):
    return (
        f"x_train {list(data['x_train'].shape)}, classes {data['classes']}, budget {data['budget']}, "
        f"x_valid {list(data['x_valid'].shape)}"
    )


def weights(seen):
    """(whose and which, the tensor) of all that is no bias and no scale."""
    return [
        (f"{name or 'the model'}, weight {i} {list(p.shape)}", p)
        for name, model in seen["models"].items()
        for i, p in enumerate(model["parameters"])
        if p.dim() > 1
    ]


def same(seen, other, device):
    """Return True if all weights are the same in both: to the last bit, but for a GPU, which adds in any order."""
    a, b = weights(seen), weights(other)
    return len(a) == len(b) and all(alike(p, q, device) for (_, p), (_, q) in zip(a, b, strict=True))


def alike(p, q, device):
    return torch.allclose(p, q, rtol=1e-2, atol=1e-3) if device == "cuda" else torch.equal(p, q)


def learns(student, function, data):
    """With other labels every weight has to come out different."""
    other = data | {"y_train": (data["y_train"] + 1) % data["classes"]}
    first = trained(student, function, data, parameters=True)
    second = trained(student, function, other, parameters=True)
    for (what, p), (_, q) in zip(weights(first), weights(second), strict=True):
        if torch.equal(p, q):
            raise Mismatch(
                f"{function}: {what} is the same whatever the labels are: it is not trained, or the returned model is "
                "not the one that is"
            )


def uneven(name, model):
    """How uneven the ways are that the weights of a model went: their standard deviation over their mean."""
    pairs = zip(model["parameters"], model["start"], strict=True)
    ways = torch.cat([(p - q).abs().flatten() for p, q in pairs if p.dim() > 1])
    ways = ways[ways > 0]
    if len(ways) < 10:
        raise Mismatch(
            f"train_optimizers: with a budget of 4 epochs the network under {name} is hardly trained at all"
        )
    return float(ways.std() / ways.mean())


def bends(student, function):
    """The models are no affine functions: half way between two images they are not half way between two answers."""
    for name, model in trained(student, function, _problem(200, (1, 8, 8), 10, 0, 2))["models"].items():
        if not model["bend"] > 1e-4:
            what = f"{function}'s {name}" if name else f"what {function} returns"
            raise Mismatch(
                f"{what} gives, half way between two images, the mean of what it gives for them: it is one linear "
                "layer, however many there are, as long as no activation is between them"
            )


def remembers(model):
    """The share of weights that the second step moves by the first gradient, of those whose second one has turned.

    Only those count whose second gradient is less than a quarter of the first. None if there are too few.
    """
    weights, gradients = model["steps"] or ([], [])
    if len(weights) < 3:
        return None
    old = seen = 0
    for p, q, first, second in zip(weights[1], weights[2], gradients[0], gradients[1], strict=True):
        moved = q - p
        turned = (first * second < 0) & (4 * second.abs() < first.abs()) & (moved != 0)
        seen += int(turned.sum())
        old += int((turned & (moved * first < 0)).sum())
    return old / seen if seen >= 20 else None


def kaiming(weights):
    """The root mean square of weights in units of Kaiming's standard deviation, by fan_in and by fan_out."""
    ratios = []
    for fan_dim in (1, 0):
        squares = [w.double() ** 2 * (w.shape[fan_dim] * w[0, 0].numel() / 2) for w in weights]
        ratios.append(float(torch.cat([s.flatten() for s in squares]).mean().sqrt()))
    return ratios


def blind(student, function, data):
    """With other images for validation the model has to come out the same."""
    other = data | {"x_valid": data["x_valid"].flip(0) * 0.5}
    first = trained(student, function, data, parameters=True)
    again = trained(student, function, data, parameters=True)
    if not same(first, again, student.device):
        raise Mismatch(
            f"{function}: two runs with the same seed give different models, so nothing can be told"
        )
    second = trained(student, function, other, parameters=True)
    if not same(first, second, student.device):
        raise Mismatch(f"{function}: with other images in x_valid the trained weights are different")
    for name, model in first["models"].items():
        for p, q in zip(model["state"], second["models"][name]["state"], strict=True):
            if not alike(p, q, student.device):
                raise Mismatch(
                    f"{function}: with other images in x_valid the model keeps other numbers: {list(p.shape)} of its "
                    "state, such as the statistics of a layer, differ"
                )


def seeded(student, function, data):
    """The seed decides: nothing that was drawn before, and no call before. 0 is a seed like any other."""
    darker = data | {"x_train": data["x_train"] / 4}
    trained(student, function, darker, seed=0)
    first = trained(student, function, data, seed=0, parameters=True)
    if same(first, trained(student, function, data, seed=6, parameters=True), student.device):
        raise Mismatch(f"{function}: seeds 0 and 6 give the same model")
    again = trained(student, function, data, seed=0, parameters=True, drawn_before=3)
    if not same(first, again, student.device):
        raise Mismatch(f"{function}: with the same seed the model depends on what was drawn before the call")
    anew = trained(student, function, data, seed=0, parameters=True, anew=True)
    if not same(first, anew, student.device):
        raise Mismatch(
            f"{function}: with the same seed the model differs from the one of a module that has just been imported, "
            "so something is kept from one call to the next"
        )
