"""The gradients are zeroed between backward and step, so a step has nothing to go by.

root: train_convnet
band: core
advice: First step, then zero_grad.
"""


class ZeroFirst(Callback):
    def after_backward(self):
        self.opt.zero_grad()


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(dls, model, cross_entropy, Momentum, lr=0.1, cbs=[Log(data.log), ZeroFirst()])
    fit_one_cycle(learn, data.budget // dls.items, lr_max=0.1)
    return model
