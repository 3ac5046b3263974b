"""The images are sorted by their brightness, and the labels are not, so they belong to other images.

root: train_optimizers
band: core
advice: Whatever order the images are put into, the labels need the same.
"""


def train_optimizers(data, seed, device):
    trained = {}
    bright = data.x_train.flatten(1).mean(1).argsort()
    data = SimpleNamespace(**{**vars(data), "x_train": data.x_train[bright]})
    for opt_func, lr in ((SGD, 0.5), (Momentum, 0.05), (RMSProp, 0.003), (Adam, 0.01)):
        torch.manual_seed(seed)
        dls = split(data, bs=64)
        model = mlp(data).to(device)
        learn = Learner(dls, model, cross_entropy, opt_func, lr, cbs=[Log(data.log)])
        learn.fit(data.budget // 4 // dls.items)
        trained[opt_func.__name__] = model
    return trained
