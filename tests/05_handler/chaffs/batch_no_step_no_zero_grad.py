"""A no at after_backward skips zero_grad along with the step, and after_step is not asked.

root: one_batch
band: core
advice: after_backward decides about the step only. after_step is asked in any case, and decides about zero_grad.
"""


def one_batch(xb, yb, cb):
    learn = cb.learn
    if not cb.begin_batch(xb, yb):
        return
    loss = learn.loss_func(learn.model(xb), yb)
    if not cb.after_loss(loss):
        return
    loss.backward()
    if cb.after_backward():
        learn.opt.step()
        if cb.after_step():
            learn.opt.zero_grad()
