"""The learning rate and the momentum stay the same from the first batch to the last.

root: train_convnet
band: core
advice: Let lr rise to its peak and fall again in the course of the training: fit_one_cycle.
"""


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log)])
    learn.fit(data.budget // dls.items)
    return model
