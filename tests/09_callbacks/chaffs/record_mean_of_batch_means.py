"""Each batch counts the same in the averages, so a small last batch pulls them towards itself.

root: Recorder
band: core
advice: Losses and metrics are means over a batch: weigh each with the items in it, and divide by the number
of items.
"""


class Recorder(Recorder):
    def after_batch(self):
        if self.loss is None:
            return
        loss = float(self.loss.detach())
        if self.training:
            self.train_total, self.n_train = self.train_total + loss, self.n_train + 1
            self.average = self.beta * self.average + (1 - self.beta) * loss
            self.n_averaged += 1
            self.learn.smooth_loss = self.average / (1 - self.beta**self.n_averaged)
        else:
            batch = [loss, *(float(metric(self.pred, *self.yb)) for metric in self.metrics)]
            self.valid_totals = [t + v for t, v in zip(self.valid_totals, batch, strict=True)]
            self.n_valid += 1
