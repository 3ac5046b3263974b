"""A no at after_loss skips backward only: the step and all later landmarks happen nevertheless.

root: one_batch
band: core
advice: A no at after_loss ends the batch. Without new gradients there is nothing to step with.
"""


def one_batch(xb, yb, cb):
    learn = cb.learn
    if not cb.begin_batch(xb, yb):
        return
    loss = learn.loss_func(learn.model(xb), yb)
    if cb.after_loss(loss):
        loss.backward()
    if cb.after_backward() and cb.in_train:
        learn.opt.step()
    if cb.after_step() and cb.in_train:
        learn.opt.zero_grad()
