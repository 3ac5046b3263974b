"""Under the name Momentum the network is trained by SGD, at a higher rate.

root: train_optimizers
band: core
advice: Hand each training the optimizer of its name. What does momentum do where the gradient turns?
"""


def train_optimizers(data, seed, device):
    trained = {}
    optimizers = (
        ("SGD", SGD, 0.5),
        ("Momentum", SGD, 0.4),
        ("RMSProp", RMSProp, 0.005),
        ("Adam", Adam, 0.01),
    )
    for name, opt_func, lr in optimizers:
        torch.manual_seed(seed)
        dls = split(data, bs=64)
        trained[name] = mlp(data).to(device)
        learn = Learner(dls, trained[name], cross_entropy, opt_func, lr, cbs=[Log(data.log)])
        fit_one_cycle(learn, data.budget // 4 // dls.items, lr_max=lr)
    return trained
