"""Players: objects that are asked as callbacks or as the handler, and do what a script says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .stage import Stage

SILENT = object()  # no act for this moment


class Nine:
    """A callback's nine methods. `play(event, given)` is what it does there, `otherwise(event, *args)` what it
    answers when the script is silent."""

    play: Callable[..., Any]
    stage: Stage

    def begin_fit(self, learn):
        return self._hear("begin_fit", learn is self.stage.learn, learn)

    def begin_epoch(self, epoch):
        return self._hear("begin_epoch", epoch, epoch)

    def begin_batch(self, xb, yb):
        return self._hear("begin_batch", self.stage.number_of(xb, yb), xb, yb)

    def after_loss(self, loss):
        return self._hear("after_loss", loss is self.stage.loss.last, loss)

    def after_backward(self):
        return self._hear("after_backward", None)

    def after_step(self):
        return self._hear("after_step", None)

    def begin_validate(self):
        return self._hear("begin_validate", None)

    def after_epoch(self):
        return self._hear("after_epoch", None)

    def after_fit(self):
        return self._hear("after_fit", None)

    def _hear(self, event: str, given: Any, *args: Any) -> Any:
        answer = self.play(event, given)
        return self.otherwise(event, *args) if answer is SILENT else answer

    def otherwise(self, event: str, *args: Any) -> Any:
        return True


class Derived(Nine):
    """Comes before the submission's Callback: what that answers goes when the script is silent."""

    def otherwise(self, event: str, *args: Any) -> Any:
        return getattr(super(Nine, self), event)(*args)


class Odd(Nine):
    """An empty container that is equal to everything, and has no hash."""

    def __len__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return True


class StandIn(Nine):
    """What one_batch, all_batches and fit may expect of a handler. `yes`: how it says that all may go on."""

    learn: Any
    in_train = True
    yes: Any = True

    def _hear(self, event: str, given: Any, *args: Any) -> Any:
        if event in ("begin_epoch", "begin_validate"):
            self.in_train = event == "begin_epoch"
            self.learn.model.train(self.in_train)
        return super()._hear(event, given, *args)

    def otherwise(self, event: str, *args: Any) -> Any:
        return self.yes if self.in_train or event != "after_loss" else False

    def begin_fit(self, learn):
        self.learn, learn.stop = learn, False
        return super().begin_fit(learn)

    def do_stop(self):
        stop, self.learn.stop = self.learn.stop, False
        return self.yes if stop else False
