"""After the sweep the model keeps the weights that the largest learning rates have left it with.

root: LRFinder
band: stretch
advice: Keep a copy of all that the model's state_dict holds before the sweep, and load it afterwards.
"""


class LRFinder(LRFinder):
    def after_fit(self):
        pass
