"""A submission tries to predict, from all that it sees, what it will be asked next."""

from __future__ import annotations

import re
from pathlib import Path

from support import command, course_of, needs_walls, records_in

UNIT = "01_doubling"
FILES = {
    f"tests/{UNIT}/unit.toml": 'title = "Doubling"\nmodule = "doubling"\n[functions.double]\n[functions.treble]\n',
    f"tests/{UNIT}/test_doubling.py": '''
import random
import numpy as np
import torch
from hypothesis import given, strategies as st
from grader.suite import points, require

@points(1, function="double", hint="twice")
@given(n=st.integers(0, 10**9))
def test_drawn_by_hypothesis(student, n):
    """double(n) = 2n"""
    require(student.double(n) == 2 * n, "not the double")

@points(1, function="treble", hint="thrice")
@given(n=st.integers(0, 9))
def test_drawn_by_others(student, n):
    """treble(r) = 3r, of what the body draws"""
    for r in (int(torch.randint(10**9, ())), random.randrange(10**9), int(np.random.randint(10**9))):
        require(student.treble(r) == 3 * r, "not three times as much")
''',
    f"reference/{UNIT}/doubling.py": "def double(x):\n    return x + x\n\n\ndef treble(x):\n    return 3 * x\n",
    "secret": "the secret of the kit's tests\n",
}
PREDICTS = '''
import random
import numpy as np
import torch
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st
from hypothesis.internal.conjecture import providers

providers._local_constants = type(providers._local_constants)()
providers._get_local_constants = lambda: providers._local_constants
coming, asked, right = None, 0, 0
OFFICIAL = settings(max_examples=20, deadline=None, database=None, phases=(Phase.explicit, Phase.generate),
                    suppress_health_check=list(HealthCheck))


def seeds():
    """Every seed in sight: of torch, and the usual ones."""
    state = torch.get_rng_state()
    return [torch.initial_seed(), int(state[:8].view(torch.int64)), 0, 1, 42]


def drawn_under(number):
    drawn = []

    @seed(number)
    @OFFICIAL
    @given(n=st.integers(0, 10**9))
    def draw(n):
        drawn.append(n)

    draw()
    return drawn


def double(n):
    global coming, asked, right
    if coming is None:
        coming = {n for number in seeds() for n in drawn_under(number) if n > 1000}
    if n > 1000 and asked < 6:
        asked += 1
        right += n in coming
    if asked == 6:
        raise ValueError(f"predicted {right} of {asked}")
    return 2 * n


questions = hits = 0


def treble(r):
    global questions, hits
    if questions == 6:
        raise ValueError(f"predicted {hits} of {questions}")
    guesses = set()
    for number in seeds():
        guesses.add(int(torch.randint(10**9, (), generator=torch.Generator().manual_seed(number))))
        guesses.add(random.Random(number).randrange(10**9))
        guesses.add(int(np.random.RandomState(number % 2**32).randint(10**9)))
    questions, hits = questions + 1, hits + (r in guesses)
    return 3 * r
'''


@needs_walls
def test_nothing_is_predicted(tmp_path: Path) -> None:
    root = course_of(tmp_path, FILES | {"class/mallory/doubling.py": PREDICTS})
    (root / "secret").chmod(0o600)
    done = command("grade", "class", "--out", "out", "--secret", "secret", cwd=root)
    assert done.returncode == 0, done.stderr
    told = [t["message"] for t in records_in(root / "out")["mallory"]["tests"]]
    predicted = [int(found[1]) for text in told if (found := re.search(r"predicted (\d+) of 6", text))]
    assert predicted == [0, 0], told
