"""The noise that is to make the training images more varied is added to the caller's images, in place.

root: train_convnet
band: robust
advice: Make a new tensor of the noisy images: what is in data belongs to the caller.
"""


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    data.x_train += 0.02 * torch.randn_like(data.x_train)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log)])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.1)
    return model
