"""The fit is ended after Recorder has registered the loss, so its averages are nan.

root: TerminateOnNaN
band: core
advice: Ask for the right place with run_before.
"""


class TerminateOnNaN(TerminateOnNaN):
    run_before = ()
    run_after = Recorder
