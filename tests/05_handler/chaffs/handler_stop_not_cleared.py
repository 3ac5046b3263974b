"""do_stop reads learn.stop and leaves it set, so that whatever comes next is stopped, too.

root: CallbackHandler
band: core
advice: do_stop is a question that is answered once: read the flag, then set it to False.
"""


class CallbackHandler(CallbackHandler):
    def do_stop(self):
        return self.learn.stop
