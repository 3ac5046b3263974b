"""The first layer is frozen, so only the last one learns.

root: train_mlp
band: core
advice: Every layer has to learn: its parameters need requires_grad, and the optimizer has to know them.
"""


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = mlp(data).to(device)
    for p in model.layers[1].parameters():
        p.requires_grad_(False)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
