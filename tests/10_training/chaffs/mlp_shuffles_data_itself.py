"""The shuffled items are put back into `data`, so that the next call gets them in another order.

root: train_mlp
band: robust
advice: Index the data into names of your own. What belongs to the caller stays where it is.
"""

_train = train_mlp


def train_mlp(data, seed, device):
    torch.manual_seed(seed)
    order = torch.randperm(len(data.x_train))
    data.x_train, data.y_train = data.x_train[order], data.y_train[order]
    return _train(data, seed, device)
