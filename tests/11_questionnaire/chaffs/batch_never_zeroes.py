"""The gradients are never zeroed.

root: q19_train_batch
band: core
advice: backward adds to what is there: the fourth step is to zero the gradients.
"""


def q19_train_batch(model, loss_func, opt, xb, yb):
    loss = loss_func(model(xb), yb)
    loss.backward()
    opt.step()
