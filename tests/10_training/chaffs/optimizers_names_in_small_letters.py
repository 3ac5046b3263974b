"""The keys of the dict are other names than those that were asked for.

root: train_optimizers
band: core
advice: The keys are "SGD", "Momentum", "RMSProp" and "Adam".
"""


def train_optimizers(data, seed, device):
    trained = {}
    for opt_func, lr in ((SGD, 0.5), (Momentum, 0.05), (RMSProp, 0.003), (Adam, 0.01)):
        torch.manual_seed(seed)
        dls = split(data, bs=64)
        model = mlp(data).to(device)
        learn = Learner(dls, model, cross_entropy, opt_func, lr, cbs=[Log(data.log)])
        learn.fit(data.budget // 4 // dls.items)
        trained[opt_func.__name__.lower()] = model
    return trained
