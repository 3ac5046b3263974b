"""Cases, strategies and checks of test_mixed_precision.py."""

import torch

from grader.suite import assert_close, require


def check_autocast(got: dict, dtype: torch.dtype, story: str, least: int = 2) -> None:
    require(len(got["forward"]) >= least, f"{story}the model was called {len(got['forward'])} times")
    for k, call in enumerate(got["forward"]):
        half = "training" if call["training"] else "validation"
        require(call["on"], f"{story}autocast was off when the model was called for batch {k}, of {half}")
        text = f"{story}the linear layer's output in batch {k} has dtype {call['dtype']}, expected {dtype}"
        require(call["dtype"] == dtype, text)
    require(all(got["loss"]), f"{story}autocast was off when the loss was computed")
    for where, on in got["outside"].items():
        require(not on, f"{story}autocast was on {'at ' if '_' in where else ''}{where}")
    for name in ("weights", "gradients"):
        kinds = {str(d) for d in got[name]} - {"torch.float32"}
        require(not kinds, f"{story}the {name} have dtype {', '.join(sorted(kinds))}, expected torch.float32")


def check_scaled(
    student, infinite: list[int], batches: int, scale: float, growth: int, device: str = "cpu"
) -> None:
    trace = student.run("scaled", infinite, batches, scale, growth, device)
    story = f"MixedPrecision(torch.float16, scale={scale}, growth={growth}), {batches} training batches"
    story += f", infinite gradients in {infinite}: " if infinite else ": "
    upstream = [details["upstream"] for what, details in trace if what == "backward"]
    require(len(upstream) == batches, f"{story}{len(upstream)} backward passes were seen, expected {batches}")
    good = 0
    for k, got in enumerate(upstream):
        text = f"{story}in batch {k}, the loss that went into backward was scaled by"
        assert_close(got, scale, what=text, atol=1e-3 * scale)
        if k in infinite:
            scale, good = scale / 2, 0
        else:
            good += 1
            if good % growth == 0:
                scale *= 2
    due = [k for k in range(batches) if k not in infinite]
    steps = [details["gradient"] for what, details in trace if what == "step"]
    require(
        len(steps) == len(due), f"{story}{len(steps)} steps were taken, expected {len(due)}, of batches {due}"
    )
    for k, gradient in zip(due, steps, strict=True):
        what = f"{story}the gradient in the step on batch {k}"
        require(gradient is not None, f"{what} is None")
        assert_close(gradient, 2.0**k, what=what, atol=1e-3 * 2.0**k)
