"""The running average goes on from the last fit, while its debiasing begins anew.

root: Recorder
band: robust
advice: An average and its count belong together: both begin anew with each fit.
"""


class Recorder(Recorder):
    def before_fit(self):
        average = self.__dict__.get("average", 0.0)
        super().before_fit()
        self.average = average
