"""Cases, strategies and checks of test_own_numbers.py."""

import hashlib
import unicodedata

import torch

from grader.suite import require

from . import equations, formulas

flat, shown, worded = formulas.flat, formulas.shown, equations.worded


def letters(name):
    """Letters and digits alone: "Zoë Lovelace" may hand in as zoe_lovelace."""
    return "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if c.isalnum())


def own_numbers(who, question, n):
    """n whole numbers, 1 to 99: the same as my_numbers in the handed out file."""
    digest = hashlib.sha256(f"{letters(who)}/{question}".encode()).digest()
    return [1 + int.from_bytes(digest[2 * k : 2 * k + 2], "big") % 99 for k in range(n)]


def with_name(student, submitter, task):
    """(what the task returns, the name in the submission, which is the submitter's where that is known).

    The name is read before the task is called, and again afterwards. Raises Mismatch for one that is missing, changes
    or is somebody else's; what is not written yet ends the test before that.
    """
    name = student.run("about", as_python="STUDENT_ID")
    got = getattr(student, task)()
    after = student.run("about", as_python="STUDENT_ID")
    require(name == after, f"STUDENT_ID was {name!r} before {task} was called, and {after!r} afterwards")
    in_words = "STUDENT_ID at the top is still empty: put the name there that you hand in under"
    require(name.strip() != "", in_words)
    require(letters(name) != "", f"STUDENT_ID is {name!r}: there is no letter and no digit in it")
    same = not submitter or letters(name) == letters(submitter)
    in_words = (
        f"STUDENT_ID is {name!r}, but the work was handed in by {submitter!r}: these are not your numbers"
    )
    require(same, in_words)
    return got, name


def check(got, expected, what):
    """got holds the expected numbers, to the third digit after the point. The message does not tell them."""
    numbers = flat(got, what)
    in_words = f"{what} has to return {len(expected)} numbers, but returned {len(numbers)}"
    require(len(numbers) == len(expected), in_words)
    for k, (g, e) in enumerate(zip(numbers, expected, strict=True), 1):
        in_words = f"{what}: with your numbers, the number in place {k} is not {g:g}"
        require(abs(g - e) <= 6e-4 * (1 + abs(e) / 4), in_words)


def f64(x):
    return torch.tensor(float(x), dtype=torch.float64)


def report(value, keys, what):
    """The numbers of a report. Raises Mismatch for one that is not a dict of numbers under these keys."""
    in_words = f"{what} has to return a dict with the keys {', '.join(keys)}, not {shown(value)}"
    require(isinstance(value, dict), in_words)
    missing = [k for k in keys if k not in value]
    require(not missing, f"{what} lacks {', '.join(missing)}")
    return [formulas.number(value[k], f"{what}, {k},") for k in keys]


def seeded(student, seed, n, depth, scale):
    """What the submission's l05_stds gives after that seed, as numbers. Raises Mismatch."""
    code = f"torch.manual_seed({seed})\nl05_stds({n}, {depth}, {scale})"
    what = f"l05_stds({n}, {depth}, {scale:g})"
    stds = flat(student.run("seeded_stds", seed, n, depth, scale, as_python=code), what)
    require(len(stds) == depth, f"{what} has to return {depth} numbers, but returned {len(stds)}")
    return stds
