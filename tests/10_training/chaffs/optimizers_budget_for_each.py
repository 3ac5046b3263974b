"""Each of the four trainings takes the whole budget.

root: train_optimizers
band: core
advice: The four share the budget: each has a quarter.
"""


def train_optimizers(data, seed, device):
    trained = {}
    for opt_func, lr in ((SGD, 0.5), (Momentum, 0.05), (RMSProp, 0.003), (Adam, 0.01)):
        torch.manual_seed(seed)
        dls = split(data, bs=64)
        model = mlp(data).to(device)
        learn = Learner(dls, model, cross_entropy, opt_func, lr, cbs=[Log(data.log)])
        learn.fit(data.budget // dls.items)
        trained[opt_func.__name__] = model
    return trained
