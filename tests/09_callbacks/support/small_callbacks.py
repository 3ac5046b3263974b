"""Cases, strategies and checks of test_small_callbacks.py."""

import math

import torch

from grader.suite import assert_close, require
from grader.suite.source import literal


def ended(student, losses: list[float], training: bool, dtype: torch.dtype = torch.float32) -> None:
    half = "training" if training else "validation"
    values = ", ".join(f"float('{v}')" if not math.isfinite(v) else repr(v) for v in losses)
    code = "\n".join(
        [
            "from types import SimpleNamespace as Bag",
            f"cb = TerminateOnNaN(); cb.learn = learn = Bag(training={training})",
            f"for value in [{values}]:",
            f"    learn.loss = torch.tensor(value, dtype={dtype}); print(value)",
            "    [getattr(cb, 'after_' + e, bool)() for e in ('loss', 'backward', 'step', 'batch')]",
        ]
    )
    got = student.run("terminate", losses, training, dtype, as_python=code)
    due = next((k for k, loss in enumerate(losses) if not math.isfinite(loss)), None)
    story = f"{half} batches with losses {losses}: CancelFitException "
    came = "was not raised" if got["batch"] is None else f"was raised in batch {got['batch']}"
    require(got["batch"] == due, f"{story}{came}, expected: {'never' if due is None else f'in batch {due}'}")


def clip_code(gradients: list, max_norm: float, shared: int) -> str:
    return "\n".join(
        [
            "from types import SimpleNamespace as Bag",
            f"gradients = {literal(gradients)}",
            "params = [torch.nn.Parameter(torch.ones(2 if g is None else g.shape)) for g in gradients]",
            f"two = [torch.nn.ParameterList(ps) for ps in (params, params[:{shared}])]",
            "for p, g in zip(params, gradients): p.grad = g",
            f"cb = GradientClip({max_norm}); cb.learn = Bag(model=torch.nn.ModuleList(two), training=True)",
            "cb.after_backward(); [p.grad for p in params]",
        ]
    )


def check_clip(student, gradients: list, max_norm: float, times: int = 1, shared: int = 0) -> None:
    code = clip_code(gradients, max_norm, shared)
    got = student.run("clip", gradients, max_norm, times, shared, as_python=code)
    norm = math.sqrt(sum(float((g.double() ** 2).sum()) for g in gradients if g is not None))
    factor = max_norm / norm if norm > max_norm else 1.0
    story = f"GradientClip({max_norm}), total norm {norm:.5g}: "
    if shared:
        story = f"two parts of the model share {shared} of its {len(gradients)} parameters; {story}"
    for k, (g, before) in enumerate(zip(got, gradients, strict=True)):
        if before is None:
            require(g is None, f"{story}the gradient of parameter {k} was None, and is now {literal(g)[:80]}")
            continue
        eps = torch.finfo(before.dtype).eps
        allowed = (1e-5 + 4 * eps) * max(factor * float(before.abs().max()), 1e-12)
        what = f"{story}the gradient of parameter {k}, before {literal(before)[:80]}, now"
        assert_close(g, before.double() * factor, what=what, atol=allowed)
        require(g.dtype == before.dtype, f"{what} has dtype {g.dtype}")
