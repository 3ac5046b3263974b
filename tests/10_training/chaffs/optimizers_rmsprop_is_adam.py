"""Under the name RMSProp the network is trained by Adam, at a lower rate.

root: train_optimizers
band: core
advice: Hand each training the optimizer of its name. RMSProp goes by the last gradient alone.
"""


def train_optimizers(data, seed, device):
    trained = {}
    optimizers = (
        ("SGD", SGD, 0.5),
        ("Momentum", Momentum, 0.05),
        ("RMSProp", Adam, 0.008),
        ("Adam", Adam, 0.01),
    )
    for name, opt_func, lr in optimizers:
        torch.manual_seed(seed)
        dls = split(data, bs=64)
        trained[name] = mlp(data).to(device)
        learn = Learner(dls, trained[name], cross_entropy, opt_func, lr, cbs=[Log(data.log)])
        fit_one_cycle(learn, data.budget // 4 // dls.items, lr_max=lr)
    return trained
