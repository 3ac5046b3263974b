"""The lists are made with the recorder and never emptied, so a second fit is added to the first.

root: Recorder
band: core
advice: Make the lists where a fit begins.
"""


class Recorder(Recorder):
    def __init__(self):
        self.lrs, self.losses = [], []

    def begin_fit(self):
        pass
