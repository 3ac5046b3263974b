"""All weights start at zero, so all hidden units stay the same, and no gradient gets through.

root: train_mlp
band: core
advice: Initialise the weights at random, as in unit 02.
"""


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = mlp(data).to(device)
    for p in model.parameters():
        p.data.zero_()
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
