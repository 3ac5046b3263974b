"""The training images are normalised before the model gets them, but the model is returned without: it meets images that look like none it has seen.

root: train_mlp
band: core
advice: Make the normalisation a layer of the model.
"""


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    x = data.x_train
    dls = split(SimpleNamespace(x_train=(x - x.mean()) / x.std(), y_train=data.y_train), bs=64)
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
