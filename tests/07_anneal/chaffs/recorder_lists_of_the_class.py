"""The lists belong to the class, so two recorders write into the same ones.

root: Recorder
band: core
advice: Make new lists on self at the start of a fit: what stands in the class is shared by all instances.
"""


class Recorder(Recorder):
    lrs, losses = [], []

    def begin_fit(self):
        self.lrs.clear()
        self.losses.clear()
