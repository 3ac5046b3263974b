"""`if seed:` takes the seed 0 for none.

root: train_mlp
band: robust
advice: 0 is a seed like any other: seed always.
"""


def train_mlp(data, seed, device):
    if seed:
        torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = mlp(data).to(device)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
