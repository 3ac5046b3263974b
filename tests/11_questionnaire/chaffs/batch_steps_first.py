"""The optimizer steps before the gradients are there.

root: q19_train_batch
band: core
advice: First backward, which makes the gradients, then the step that uses them.
"""


def q19_train_batch(model, loss_func, opt, xb, yb):
    loss = loss_func(model(xb), yb)
    opt.step()
    loss.backward()
    opt.zero_grad()
