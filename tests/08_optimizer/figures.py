"""The figures of the handout: a long narrow valley, and averages of a noisy gradient."""

import torch
from matplotlib.figure import Figure

STEPS, WALLS = 20, 50.0


def draw(key):
    return {"valley": valley(key), "averages": averages(key)}


def valley(key):
    figure = Figure(figsize=(6, 5.2), layout="constrained")
    x, y = torch.meshgrid(torch.linspace(-0.2, 1.1, 80), torch.linspace(-1.3, 1.3, 80), indexing="xy")
    optimizers = {
        "gradient descent": key.SGD,
        "momentum, β = 0.7": lambda ps, lr: key.Momentum(ps, lr, mom=0.7),
    }
    for axes, (name, optimizer) in zip(figure.subplots(2, 1, sharex=True), optimizers.items(), strict=True):
        axes.contour(x.numpy(), y.numpy(), loss(x, y).numpy(), levels=12, colors="0.8", linewidths=0.8)
        axes.plot(*zip(*path(optimizer), strict=True), ".-", color="C0")
        axes.plot(0, 0, "*", color="C3", markersize=12)
        axes.set_title(f"{name}: {STEPS} steps with lr = 0.036", fontsize=11)
    return figure


def loss(x, y):
    return (x**2 + WALLS * y**2) / 2


def path(optimizer):
    p = torch.tensor([1.0, 1.0], requires_grad=True)
    opt = optimizer([p], lr=0.036)
    places = [p.tolist()]
    for _ in range(STEPS):
        loss(*p).backward()
        opt.step()
        opt.zero_grad()
        places.append(p.tolist())
    return places


def averages(key):
    steps = 100
    noise = torch.randn(steps, generator=torch.Generator().manual_seed(0)) / 2
    gradients = torch.where(torch.arange(steps) < steps // 2, 1.0, -1.0) + noise
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.plot(gradients, ".", color="0.7", label="gradients")
    for mom in (0.5, 0.9, 0.98):
        axes.plot(averaged(key, gradients, mom), label=f"β = {mom}, dampened")
    axes.set_xlabel("step")
    axes.legend(fontsize=9)
    return figure


def averaged(key, gradients, mom):
    p, state, values = torch.zeros(()), {}, []
    for p.grad in gradients:
        state = key.average_grad(p, mom=mom, dampening=True, **state)
        values.append(state["grad_avg"].item())
    return values
