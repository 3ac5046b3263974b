"""begin_batch is asked, but its answer is dropped, and the batch is done anyway.

root: one_batch
band: core
advice: Calling a landmark is half of it: the loop has to act on the answer.
"""


def one_batch(xb, yb, cb):
    learn = cb.learn
    cb.begin_batch(xb, yb)
    loss = learn.loss_func(learn.model(xb), yb)
    if not cb.after_loss(loss):
        return
    loss.backward()
    if cb.after_backward():
        learn.opt.step()
    if cb.after_step():
        learn.opt.zero_grad()
