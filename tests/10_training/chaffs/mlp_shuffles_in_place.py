"""The caller's images and labels are put into another order, in place.

root: train_mlp
band: robust
advice: What is in data belongs to the caller: index it, and leave it as it is.
"""


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    order = torch.randperm(len(data.x_train), device=data.x_train.device)
    data.x_train[:], data.y_train[:] = data.x_train[order], data.y_train[order]
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
