"""do_stop clears the flag in training only, so a stop that is set in a validation batch stays.

root: CallbackHandler
band: core
advice: do_stop sets learn.stop to False each time that it is asked, in whichever half.
"""


class CallbackHandler(CallbackHandler):
    def do_stop(self):
        stop = self.learn.stop
        if self.in_train:
            self.learn.stop = False
        return stop
