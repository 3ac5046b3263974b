"""The parts are kept on the class, so a second learner takes them away from the first.

root: Learner
band: robust
advice: What belongs to one learner is an attribute of that object (self), not of its class.
"""


class Learner:
    def __init__(self, model, opt, loss_func, data):
        cls = type(self)
        cls.model, cls.opt, cls.loss_func, cls.data = model, opt, staticmethod(loss_func), data
