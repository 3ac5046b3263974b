"""The experiments of the sources: their settings, and their validation accuracies, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LESSON, CHAPTER = "Lesson 9", "Chapter 16"
HOME = {LESSON: "mnist", CHAPTER: "imagenette"}  # the set that each used
# Differences that remain on any set and any machine, and that stand beside every number
UNLIKE = {
    LESSON: "",
    CHAPTER: "; unlike the chapter's, with one linear layer as head, the initial weights of unit 02, and photographs "
    "augmented by crops and mirroring alone",
}
NETWORK = {LESSON: "one hidden layer of 50", CHAPTER: "ResNet-34"}


@dataclass(frozen=True)
class Experiment:
    """One run of a source. `optimizer` is a name of unit 08, `options` what it takes besides lr.

    schedule: "constant", "cosine" (the lesson's: 30 % of the time from 0.3 up to 0.6, then down to 0.2) or "1cycle"
    accuracies: the source's, after each epoch; `quoted`: how many of the last of them the table shows
    """

    source: str
    name: str
    optimizer: str
    lr: float
    schedule: str
    bs: int
    accuracies: tuple[float, ...]
    quoted: int = 1
    moms: tuple[float, float, float] = (0.95, 0.85, 0.95)
    options: Mapping[str, float] = field(default_factory=dict)

    @property
    def epochs(self) -> int:
        return len(self.accuracies)


EXPERIMENTS = (
    Experiment(LESSON, "small batches", "SGD", 0.5, "constant", 64, (0.9587, 0.9354), quoted=2),
    Experiment(LESSON, "large batches", "SGD", 0.5, "constant", 512, (0.9146, 0.9324, 0.9397)),
    Experiment(LESSON, "large, lower lr", "SGD", 0.3, "constant", 512, (0.8969, 0.9107, 0.9218)),
    Experiment(LESSON, "large, scheduled lr", "SGD", 0.3, "cosine", 512, (0.8999, 0.9319, 0.9400)),
    # fastai's Adam decays weights decoupled, by 0.01: AdamW of unit 08
    Experiment(CHAPTER, "fastai's default", "AdamW", 0.003, "1cycle", 128, (0.3225, 0.4375, 0.5949)),
    Experiment(
        CHAPTER, "plain SGD", "SGD", 0.03, "1cycle", 128, (0.2420, 0.3625, 0.4089), moms=(0.0, 0.0, 0.0)
    ),
    Experiment(CHAPTER, "generic SGD", "SGD", 0.03, "constant", 128, (0.3327, 0.4415, 0.4454)),
    Experiment(CHAPTER, "momentum", "Momentum", 0.03, "1cycle", 128, (0.2461, 0.3483, 0.4189)),
    Experiment(
        CHAPTER, "RMSProp", "RMSProp", 0.003, "1cycle", 128, (0.4025, 0.5045, 0.5450), options={"eps": 1e-7}
    ),
)
