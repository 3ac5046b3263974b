"""The gradients are zeroed between backward and step, so that the step does nothing.

root: q19_train_batch
band: core
advice: The step uses what backward has left: zero the gradients after it, or before backward.
"""


def q19_train_batch(model, loss_func, opt, xb, yb):
    loss = loss_func(model(xb), yb)
    loss.backward()
    opt.zero_grad()
    opt.step()
