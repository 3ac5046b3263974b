"""Cases, strategies and checks of test_real_steps.py."""

from grader.suite.source import literal


def as_python(line: tuple, targets: list[float], epochs: list[int]) -> str:
    return "\n".join(
        [
            "from types import SimpleNamespace as Bag",
            f"targets = {literal(targets)}",
            "ws = [torch.zeros((), requires_grad=True) for _ in targets]",
            "opt = torch.optim.SGD([{'params': [w]} for w in ws], lr=7.0)",
            f"run = Bag(opt=opt, epochs={len(epochs)}, n_epochs=0.0, in_train=True)",
            f"cb = ParamScheduler('lr', lambda pos: {literal(line[1])} + {literal(line[2])} * pos)",
            "cb.set_runner(run); getattr(cb, 'begin_fit', bool)()",
            f"for epoch, n in enumerate({literal(epochs)}):",
            "    for k in range(n):",
            "        run.n_epochs = epoch + k / n; cb.begin_batch(); opt.zero_grad()",
            "        sum((w - t) ** 2 / 2 for w, t in zip(ws, targets)).backward(); opt.step()",
            "ws",
        ]
    )
