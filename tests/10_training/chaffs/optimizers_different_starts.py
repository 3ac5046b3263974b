"""The seed is set once for all four, so they start from four different networks.

root: train_optimizers
band: core
advice: Seed again before each model is made, or make one and copy it.
"""


def train_optimizers(data, seed, device):
    trained = {}
    torch.manual_seed(seed)
    for opt_func, lr in ((SGD, 0.5), (Momentum, 0.05), (RMSProp, 0.003), (Adam, 0.01)):
        dls = split(data, bs=64)
        model = mlp(data).to(device)
        learn = Learner(dls, model, cross_entropy, opt_func, lr, cbs=[Log(data.log)])
        learn.fit(data.budget // 4 // dls.items)
        trained[opt_func.__name__] = model
    return trained
