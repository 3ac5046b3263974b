"""The model's forward is called, and not the model: its hooks don't run.

root: one_batch
band: robust
advice: Write model(xb). torch calls forward, and the hooks around it.
"""


def one_batch(xb, yb, cb):
    learn = cb.learn
    if not cb.begin_batch(xb, yb):
        return
    loss = learn.loss_func(learn.model.forward(xb), yb)
    if not cb.after_loss(loss):
        return
    loss.backward()
    if cb.after_backward():
        learn.opt.step()
    if cb.after_step():
        learn.opt.zero_grad()
