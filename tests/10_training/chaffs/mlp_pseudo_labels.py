"""In the second half of the training it learns x_valid, too, with labels that it made up itself.

root: train_mlp
band: robust
advice: x_valid is there for measuring: nothing about it may find its way into the model.
"""


def train_mlp(data, seed, device):
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
    epochs = data.budget // dls.items
    Runner(ScheduledRun(sched, data.log)).fit(epochs // 2, learn)
    with torch.no_grad():
        made_up = model(data.x_valid).argmax(1)
    both = SimpleNamespace(
        x_train=torch.cat([data.x_train, data.x_valid]), y_train=torch.cat([data.y_train, made_up])
    )
    dls_of_both = split(both, bs=64)
    learn.data.train_dl = dls_of_both.train
    left = data.budget - epochs // 2 * dls.items
    Runner(ScheduledRun(sched, data.log)).fit(left // dls_of_both.items, learn)
    return model
