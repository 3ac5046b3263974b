"""after_fit is asked like the other landmarks, so a callback that answers no keeps it from those after it.

root: CallbackHandler
band: robust
advice: after_fit is where callbacks tidy up: it reaches each of them, and there is nothing left to refuse.
"""


class CallbackHandler(CallbackHandler):
    def after_fit(self):
        return all(cb.after_fit() for cb in self.cbs)
