"""All four names stand for one and the same model, which the four optimizers train one after the other.

root: train_optimizers
band: core
advice: Make a new model for each optimizer.
"""


def train_optimizers(data, seed, device):
    trained = {}
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = mlp(data).to(device)
    for opt_func, lr in ((SGD, 0.5), (Momentum, 0.05), (RMSProp, 0.003), (Adam, 0.01)):
        learn = Learner(dls, model, cross_entropy, opt_func, lr, cbs=[Log(data.log)])
        learn.fit(data.budget // 4 // dls.items)
        trained[opt_func.__name__] = model
    return trained
