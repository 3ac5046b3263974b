"""The step is taken before after_backward is asked, so a no comes too late, and the gradients can't be touched in time.

root: one_batch
band: core
advice: Between backward and step lies after_backward: ask first, then step.
"""


def one_batch(xb, yb, cb):
    learn = cb.learn
    if not cb.begin_batch(xb, yb):
        return
    loss = learn.loss_func(learn.model(xb), yb)
    if not cb.after_loss(loss):
        return
    loss.backward()
    learn.opt.step()
    cb.after_backward()
    if cb.after_step():
        learn.opt.zero_grad()
