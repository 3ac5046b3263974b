"""The model is made once and kept, so the next call goes on training the one that the last call returned.

root: train_mlp
band: robust
advice: Make a new model in each call.
"""

made = {}


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    if data.x_train[0].numel() not in made:
        made[data.x_train[0].numel()] = mlp(data).to(device)
    model = made[data.x_train[0].numel()]
    sched = combine_scheds([0.3, 0.7], [sched_cos(0.3, 0.6), sched_cos(0.6, 0.2)])
    learn = SimpleNamespace(
        model=model,
        opt=Optimizer(model.parameters(), lr=0.3),
        loss_func=cross_entropy,
        data=SimpleNamespace(train_dl=dls.train, valid_dl=dls.valid),
    )
    Runner(ScheduledRun(sched, data.log)).fit(data.budget // dls.items, learn)
    return model
