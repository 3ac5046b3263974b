"""The handler puts a callback of its own into the list that it was given, which is the caller's.

root: CallbackHandler
band: robust
advice: Make a list of your own before you change anything in it.
"""


class CallbackHandler(CallbackHandler):
    def __init__(self, cbs=None):
        self.cbs = [] if cbs is None else cbs
        self.cbs.append(Callback())
