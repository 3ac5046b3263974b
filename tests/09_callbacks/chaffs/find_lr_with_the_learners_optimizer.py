"""The sweep is made with the learner's own optimizer, which is left with the last learning rate.

root: lr_find
band: stretch
advice: Sweep with a fresh optimizer and put the learner's own one back, so that the next fit knows nothing
of it.
"""


def lr_find(learn, start_lr=1e-7, end_lr=10.0, num_it=100):
    finder = LRFinder(start_lr, end_lr, num_it)
    learn.add_cbs([finder])
    try:
        learn.fit(-(-num_it // len(learn.dls.train)))
    finally:
        learn.remove_cbs([finder])
    losses = torch.tensor([loss for loss in finder.losses if math.isfinite(loss)])
    steepest = int(torch.gradient(losses)[0].argmin()) if len(losses) > 1 else 0
    return finder.lrs, finder.losses, finder.lrs[steepest]
