"""Cases, strategies and checks of test_depth.py."""

import math

from grader.suite import require

from .common import value

# The std of max(0, g) for a standard normal g.
RELU_STD = math.sqrt(0.5 - 0.5 / math.pi)
# Mean over 200 calls at n = 64 of log std after layers 1, 2, 3. Measured: biases down to -0.028, -0.048,
# -0.068 (0.008 less with the estimator that divides by n), spreads up to 0.0116, 0.0153, 0.0190.
CALLS, SIDE = 200, 64
ALLOWED_MEANS = (0.115, 0.16, 0.21)


def values(stds) -> list[float]:
    return [value(s) for s in stds]


def check_means(student, strength: float, relu: bool) -> None:
    """Layers 1 to 3, each matrix's scale being strength / √n, on the average of many calls."""
    scale = strength / math.sqrt(SIDE)
    calls = student.run("call_many", "activation_stds", CALLS, [3, SIDE, scale], {"relu": relu})
    for layer, allowed in enumerate(ALLOWED_MEANS):
        # ReLU keeps half of the mean square of a layer's input.
        expected = (
            RELU_STD * strength * (strength / math.sqrt(2)) ** layer if relu else strength ** (layer + 1)
        )
        logs = [math.log(max(value(stds[layer]), 1e-30)) for stds in calls]
        got = math.exp(sum(logs) / CALLS)
        require(
            abs(math.log(got / expected)) <= allowed,
            f"the std after layer {layer + 1} is {got:.4g} on the average of {CALLS} calls, expected {expected:.4g}",
        )


def check_depth(student, got: list[float], growth: float, first: float, factor: float) -> None:
    for layer, std in enumerate(got[:10]):
        expected = first * growth**layer
        require(
            expected / factor <= std <= expected * factor,
            f"the std after layer {layer + 1} is {std:.4g}, expected about {expected:.4g}",
        )
