"""train_mlp logs after each epoch, and not after each batch.

root: train_mlp
band: robust
advice: The log is a curve of the batches: call it once for each.
"""


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    dls = split(data, bs=32)
    model = mlp(data).to(device)
    opt = Optimizer(model.parameters(), lr=0.3)
    for _ in range(data.budget // dls.items):
        for xb, yb in dls.train:
            loss = cross_entropy(model(xb), yb)
            loss.backward()
            opt.step()
            opt.zero_grad()
        data.log(loss=loss.item(), lr=0.3)
    return model
