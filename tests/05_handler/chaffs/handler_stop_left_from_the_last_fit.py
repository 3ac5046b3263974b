"""begin_fit keeps a learn.stop that is still set from a fit that broke off, and the new fit ends after one batch.

root: CallbackHandler
band: robust
advice: A new fit begins with a clean slate: stop is False, whatever happened before.
"""


class CallbackHandler(CallbackHandler):
    def begin_fit(self, learn):
        stop = getattr(learn, "stop", False)
        go_on = super().begin_fit(learn)
        learn.stop = learn.stop or stop
        return go_on
