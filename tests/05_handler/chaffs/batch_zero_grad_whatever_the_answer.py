"""The gradients are zeroed whatever after_step answers, so they can't add up over batches.

root: one_batch
band: core
advice: A callback that answers no at after_step wants to keep the gradients for the next batch.
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
    cb.after_step()
    learn.opt.zero_grad()
