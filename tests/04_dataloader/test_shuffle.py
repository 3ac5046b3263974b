"""How a Sampler shuffles: uniformly, anew at each pass, from torch's generator.

A weaker suite lets pass: every shuffle that looks like one. Swapping each position with any (some orders come more
often), Sattolo's algorithm (nothing stays where it was), shuffling within batches or only their order, a random
rotation, random keys with ties, one permutation drawn once and for all, a permutation that is changed a little from
pass to pass, numpy's or random's generator, a seed of one's own.

Every check has a stated chance of failing correct work, and stands outside @given.
"""

import torch

from grader.suite import points, require
from grader.suite.statistics import Ascents, Shuffles

from .support.shuffle import PASSES, N, passes_of

SHUFFLES = Shuffles(N, PASSES)
MANY = 20_000
ASCENTS = Ascents(MANY, discrepancy=0.04)
SEEDED = (
    "s = Sampler(range(16), 5, shuffle=True)\ntorch.manual_seed(3); list(s)\ntorch.manual_seed(3); list(s)"
)


@points(
    4,
    function="Sampler",
    handout="uniformly random permutation",
    hint="Every order has to be equally likely. torch knows random permutations.",
)
def test_shuffles_are_uniform(student):
    """Every order is equally likely: which item comes where, what follows what, what is fixed, pairs, cycles"""
    SHUFFLES.check(passes_of(student, 5, PASSES), what="the Sampler")


@points(
    1,
    function="Sampler",
    handout="uniformly random permutation",
    hint="Sorting by random keys leaves equal keys in their old order. How many can be equal?",
)
def test_many_items_are_shuffled(student):
    """A pass over 20 000 items rises as often as it falls"""
    code = (
        f"order = torch.cat(list(Sampler(range({MANY}), 1000, shuffle=True)))\n(order[1:] > order[:-1]).sum()"
    )
    order = student.run("orders", MANY, 1000, 1, as_python=code)
    require(isinstance(order, torch.Tensor), f"a pass over {MANY} items did not have each of them once")
    require(len(order[0].unique()) == MANY, f"a pass over {MANY} items did not have each of them once")
    ASCENTS.check(order[0], what="the Sampler")


@points(
    3,
    function="Sampler",
    handout="a new, uniformly random permutation at each pass",
    hint="Draw a new permutation at each pass; don't go on from the last one.",
)
def test_passes_are_independent(student):
    """The order of a pass tells nothing about that of the next"""
    SHUFFLES.check_steps(passes_of(student, 5, PASSES + 1), what="the Sampler")


@points(
    2,
    function="Sampler",
    handout="a new, uniformly random permutation at each pass",
    hint="When is the permutation drawn: once, or once for each pass?",
)
def test_each_pass_is_shuffled_anew(student):
    """Every pass has an order of its own, with one Sampler and with new ones"""
    # Two passes are equal with probability 1 / 16!, any two of 1000 with 2.4e-8, and two such pairs come with 3e-16.
    passes = 1000
    for fresh in (False, True):
        orders = passes_of(student, 8, passes, fresh=fresh)
        different = len({tuple(order) for order in orders.tolist()})
        who = "each of a new Sampler" if fresh else "of one Sampler"
        require(
            different >= passes - 1,
            f"{passes} passes over {N} items, {who}, came in {different} different orders",
        )


@points(
    1,
    function="Sampler",
    handout="in order",
    stub="whether the items come in a random order, or as they are",
    hint="shuffle is off unless it is asked for.",
)
def test_in_order_unless_asked(student):
    """Without shuffle, and with shuffle=False, the items come in order at every pass"""
    for options in ({}, {"shuffle": False}):
        inside = "".join(f", {k}={v}" for k, v in options.items())
        code = f"s = Sampler(range({N}), 5{inside})\n[torch.cat(list(s)).tolist() for _ in range(3)]"
        orders = student.run("orders_as_asked", N, 5, 3, options, as_python=code)
        for k, order in enumerate(orders):
            require(
                order == list(range(N)), f"pass {k} of Sampler(ds, 5{inside}) over {N} items came as {order}"
            )


@points(
    2,
    function="Sampler",
    handout=(
        "from torch's generator",
        "torch.manual_seed repeats an order as long as the program draws the same numbers before it",
    ),
    hint="torch.randperm draws from the generator that torch.manual_seed seeds.",
)
def test_torch_seed_repeats(student):
    """torch.manual_seed before a pass repeats its order, with one Sampler and with two; another seed gives another"""
    for one_sampler in (True, False):
        script = [[3, None, None, 0], [3, None, None, 0], [4, None, None, 0], [3, None, None, 1]]
        first, again, other, later = student.run("seeded_orders", N, 5, script, one_sampler, as_python=SEEDED)
        who = "one Sampler" if one_sampler else "two Samplers"
        require(
            first == again, f"two passes of {who}, each after torch.manual_seed(3): {first}, then {again}"
        )
        require(
            first != other, f"after torch.manual_seed(3) and (4) the passes of {who} are the same: {first}"
        )
        require(
            first != later,
            f"torch.manual_seed(3), and a number drawn since: the pass of {who} is still {first}. "
            "It has to come from torch's generator, not from its seed",
        )


@points(
    1,
    function="Sampler",
    handout="from torch's generator",
    hint="numpy and random have generators of their own. Draw from torch's.",
)
def test_other_generators_do_not_matter(student):
    """The seeds of numpy and of random have no say, and a shuffled pass moves torch's generator on"""
    script = [[3, 1, 1, 0], [3, 2, 2, 0], [None, 1, 1, 0], [None, 1, 1, 0]]
    one, two, three, four = student.run("seeded_orders", N, 5, script, True, as_python=SEEDED)
    require(one == two, f"torch.manual_seed(3), and other seeds for numpy and random: {one}, then {two}")
    require(three != four, f"the seeds of numpy and random repeat a pass: {three}")
    moved = student.run("generator_moves", N, 5, as_python=SEEDED)
    require(moved, "a shuffled pass left torch's generator as it was")
