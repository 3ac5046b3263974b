"""What is returned are copies that were made before the training.

root: train_optimizers
band: core
advice: Copy a model after its training, or return the model itself.
"""

import copy


def train_optimizers(data, seed, device):
    trained = {}
    for opt_func, lr in ((SGD, 0.5), (Momentum, 0.05), (RMSProp, 0.003), (Adam, 0.01)):
        torch.manual_seed(seed)
        dls = split(data, bs=64)
        model = mlp(data).to(device)
        trained[opt_func.__name__] = copy.deepcopy(model)
        learn = Learner(dls, model, cross_entropy, opt_func, lr, cbs=[Log(data.log)])
        learn.fit(data.budget // 4 // dls.items)
    return trained
