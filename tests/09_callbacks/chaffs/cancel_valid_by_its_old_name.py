"""When validation is cancelled, the event after_cancel_valid is fired, for which no callback has a method.

root: Learner
band: core
advice: The exception has the short name, the event the long one: after_cancel_validate, like the others of
validation.
"""


class Learner(Learner):
    def __call__(self, event_name):
        super().__call__("after_cancel_valid" if event_name == "after_cancel_validate" else event_name)
