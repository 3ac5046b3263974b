"""A quarter of the budget is rounded, up or down, and spent on full batches to the last item.

root: train_optimizers
band: core
advice: Round down: four quarters that are rounded up are more than the budget.
"""


def train_optimizers(data, seed, device):
    trained = {}
    for opt_func, lr in ((SGD, 0.5), (Momentum, 0.05), (RMSProp, 0.003), (Adam, 0.01)):
        torch.manual_seed(seed)
        model = mlp(data).to(device)
        opt = opt_func(model.parameters(), lr=lr)
        n = len(data.x_train)
        bs = min(64, n)
        for _ in range(round(data.budget / 4) // bs):
            rows = torch.randperm(n)[:bs].to(data.x_train.device)
            loss = cross_entropy(model(data.x_train[rows]), data.y_train[rows])
            loss.backward()
            opt.step()
            opt.zero_grad()
            data.log(loss=loss.item(), lr=lr)
        trained[opt_func.__name__] = model
    return trained
