"""What a callback writes to self goes to the learner, if the learner has an attribute of that name.

root: Callback
band: core
advice: Only reading falls through. A callback keeps what it writes to self, and writes self.learn.name to
change the learner.
"""


def __setattr__(self, name, value):
    learn = self.__dict__.get("learn")
    if name != "learn" and learn is not None and hasattr(learn, name):
        setattr(learn, name, value)
    else:
        object.__setattr__(self, name, value)


Callback.__setattr__ = __setattr__
