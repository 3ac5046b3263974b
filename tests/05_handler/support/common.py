"""Cases, strategies and checks of several tests."""

from grader.suite.training.scripts import FALSY

PARAMETERS = {"begin_fit": "learn", "begin_epoch": "epoch", "begin_batch": "xb, yb", "after_loss": "loss"}
NO = (False, None)
ANY_NO = FALSY[::-1]  # beyond the lesson
TRAINING = ["begin_batch", "after_loss", "after_backward", "after_step"]


def course(epochs: int = 2, train: int = 2, valid: int = 1) -> list[list]:
    """What a fit in which all goes on calls of its handler: [method, number of the epoch or batch].

    Batches 0 and 1 are for training, batch 2 for validation.
    """
    training = [[event, k] for k in range(train) for event in (*TRAINING, "do_stop")]
    validation = [[event, 2] for event in ("begin_batch", "after_loss", "do_stop")] * valid
    epochs_calls = [
        [["begin_epoch", i], *training, ["begin_validate", i], *validation, ["after_epoch", i]]
        for i in range(epochs)
    ]
    return [["begin_fit", 0], *(call for calls in epochs_calls for call in calls), ["after_fit", 0]]


LANDMARKS = dict.fromkeys(
    [
        *("begin_fit", "begin_epoch", "begin_batch", "after_loss", "after_backward", "after_step"),
        *("begin_validate", "after_epoch", "after_fit"),
    ],
    "",
) | {"begin_fit": "learn", "begin_epoch": "epoch", "begin_batch": "xb, yb", "after_loss": "loss"}
IN_BATCH = ["begin_batch", "after_loss", "after_backward", "after_step"]
PLAIN = """    def __getattr__(self, landmark): return lambda *_, **__: True"""
DERIVED, ANY_CLASS = "return super().{event}({arguments})", "return True"
