"""The targets are handed to the loss function first.

root: q19_train_batch
band: core
advice: A loss function takes predictions first, then targets.
"""


def q19_train_batch(model, loss_func, opt, xb, yb):
    loss = loss_func(yb, model(xb))
    loss.backward()
    opt.step()
    opt.zero_grad()
