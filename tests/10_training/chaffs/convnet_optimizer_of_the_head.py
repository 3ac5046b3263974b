"""The optimizer gets the parameters of the last layer only, so the convolutions stay as they were made.

root: train_convnet
band: core
advice: Give the optimizer model.parameters(): all of them.
"""


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)

    def of_the_head(params, lr):
        return Momentum(list(params)[-2:], lr=lr)

    learn = Learner(dls, model, cross_entropy, of_the_head, lr=0.1, cbs=[Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.1)
    return model
