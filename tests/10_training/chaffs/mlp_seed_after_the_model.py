"""The seed is set when the model has got its initial weights already, so these differ from call to call.

root: train_mlp
band: robust
advice: Set the seed before anything random happens: the initial weights are random, too.
"""


def train_mlp(data, seed, device):
    dls = split(data, bs=64)
    model = mlp(data).to(device)
    torch.manual_seed(seed)
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
