"""All four have the learning rate that is good for SGD: far too much for the others.

root: train_optimizers
band: core
advice: Steps of Adam and RMSProp have about the length lr whatever the gradient: find a rate for each.
"""


def train_optimizers(data, seed, device):
    trained = {}
    for opt_func, lr in ((SGD, 0.5), (Momentum, 0.5), (RMSProp, 0.5), (Adam, 0.5)):
        torch.manual_seed(seed)
        dls = split(data, bs=64)
        model = mlp(data).to(device)
        learn = Learner(dls, model, cross_entropy, opt_func, lr, cbs=[Log(data.log)])
        learn.fit(data.budget // 4 // dls.items)
        trained[opt_func.__name__] = model
    return trained
