"""The author's side: what the keys say is so, and what students are shown is what is judged.

Nothing here depends on a submission. A program of predictions.toml is run for real; the options of choices.toml are
those in the handed out file; the answer key's own answers are the right ones.
"""

import contextlib
import io
import re
import textwrap

import torch

from grader.suite import deepens, require

from .support import choices, predictions
from .support.hidden_answers import squeezed


@deepens("test_p1_backward_thrice")
def test_programs_print_what_the_key_says(reference):
    """Each program prints what its digest and the answer key say, and stands in the handed out file as it is"""
    require(len(predictions.programs) == 7, "predictions.toml is not there, or not whole")
    for program in predictions.programs:
        task, printed = program["task"], io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(program["code"], {"torch": torch})
        text = predictions.normalised(printed.getvalue())
        in_words = f"{task} prints {printed.getvalue()!r}: its digest has to be {choices.seal(task, text)}"
        require(program["right"] == choices.seal(task, text), in_words)
        require(
            predictions.written(reference, task) == text,
            f"the answer key's {task} is not {printed.getvalue()!r}",
        )
        shown = reference.run("docstring", task)
        require(textwrap.dedent(program["code"]).strip() in shown, f"{task}: another program is shown")
        require(program["right"] not in program.get("wrong", {}), f"{task}: a wrong output is the right one")


@deepens("test_q03_optimizer_callbacks")
def test_options_are_those_that_are_shown(reference):
    """The options in the key stand in the handed out file, and no explanation is kept for a right letter"""
    require(len(choices.key) >= 20, "choices.toml is not there, or not whole")
    for task, about in choices.key.items():
        shown = squeezed(reference.run("docstring", task))
        for letter, option in about.get("options", {}).items():
            require(f"{letter}) {squeezed(option)}" in shown, f"{task}: {letter}) is shown differently")
        answer = getattr(reference, task)()
        if all(isinstance(a, str) for a in answer):
            places = [f"{k}{a}" for k, a in enumerate(answer, 1)]
            spoilt = [p for p in ("".join(answer), *places, *answer) if p in about["wrong"]]
            require(not spoilt, f"{task}: {spoilt} is right, and explained as wrong")
        capitals = [letter for letter in about.get("options", {}) if re.fullmatch("[A-F]", letter)]
        for k, a in enumerate(answer if capitals else [], 1):
            missing = [
                f"{k}{letter}" for letter in capitals if letter != a and f"{k}{letter}" not in about["wrong"]
            ]
            require(not missing, f"{task}: nothing is said of {missing}")
