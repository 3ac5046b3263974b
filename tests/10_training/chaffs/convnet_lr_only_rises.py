"""The learning rate rises to its peak and stays there: the second part of the cycle is missing.

root: train_convnet
band: core
advice: After its peak lr comes down, far below its start: the last small steps are worth most.
"""

from callbacks import ParamScheduler as Rises


def train_convnet(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=64)
    model = convnet(data).to(device)
    learn = Learner(
        dls,
        model,
        cross_entropy,
        Momentum,
        lr=0.1,
        cbs=[
            Log(data.log),
            Rises({"lr": combine_scheds([0.25, 0.75], [sched_cos(0.004, 0.1), sched_cos(0.1, 0.1)])}),
        ],
    )
    learn.fit(data.budget // dls.items)
    return model
