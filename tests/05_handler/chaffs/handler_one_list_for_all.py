"""All handlers add their callbacks to one list that belongs to the class.

root: CallbackHandler
band: robust
advice: Two handlers have nothing to do with each other: the list belongs in __init__, on self.
"""


class CallbackHandler(CallbackHandler):
    cbs = []

    def __init__(self, cbs=None):
        self.cbs += list(cbs or [])
