"""The four trainings are set up in a loop and run after it, so all four take the last optimizer: a function looks at the variable when it is called.

root: train_optimizers
band: core
advice: Bind the optimizer when you define the function, or train inside the loop.
"""


def train_optimizers(data, seed, device):
    runs = {}
    for opt_func, lr in ((SGD, 0.5), (Momentum, 0.05), (RMSProp, 0.003), (Adam, 0.01)):

        def run():
            torch.manual_seed(seed)
            dls = split(data, bs=64)
            model = mlp(data).to(device)
            learn = Learner(dls, model, cross_entropy, opt_func, lr, cbs=[Log(data.log)])
            learn.fit(data.budget // 4 // dls.items)
            return model

        runs[opt_func.__name__] = run
    return {name: run() for name, run in runs.items()}
