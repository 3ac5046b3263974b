"""Claims of the handout of unit 04 about shuffles, loaders and threads, checked on the key and on torch."""

import itertools
import threading
from collections import Counter

import torch
from support import ROOT

from grader.course import Course, load_module

key = load_module(Course(ROOT).units["04_dataloader"].reference)


def test_swapping_with_any_is_uneven():
    seen: Counter[tuple[int, ...]] = Counter()
    for swaps in itertools.product(range(3), repeat=3):
        order = [0, 1, 2]
        for i, j in enumerate(swaps):
            order[i], order[j] = order[j], order[i]
        seen[tuple(order)] += 1
    assert sorted(seen.values()) == [4, 4, 4, 5, 5, 5]


def test_sattolo_gives_two_of_six():
    seen = set()
    for first in (1, 2):
        order = [0, 1, 2]
        order[0], order[first] = order[first], order[0]
        order[1], order[2] = order[2], order[1]
        seen.add(tuple(order))
    assert seen == {(1, 2, 0), (2, 0, 1)}


def test_numbers_of_batches():
    for n, b in itertools.product(range(8), range(1, 5)):
        assert (n + b - 1) // b == -(-n // b) == len(key.Sampler(range(n), b))
        assert n // b == len(key.Sampler(range(n), b, drop_last=True))


def order_of(sampler):
    return torch.cat(list(sampler))


def test_what_repeats_an_order():
    sampler = key.Sampler(range(50), 7, shuffle=True)
    torch.manual_seed(3)
    one = order_of(sampler)
    torch.manual_seed(3)
    assert torch.equal(one, order_of(sampler))
    torch.manual_seed(3)
    torch.rand(1)
    assert not torch.equal(one, order_of(sampler))  # the seed alone is not enough
    state = torch.get_rng_state()
    again = order_of(sampler)
    torch.set_rng_state(state)
    assert torch.equal(again, order_of(sampler))  # and not the only way


def test_stop_iteration_becomes_a_runtime_error():
    def collate_fn(batch):
        raise StopIteration

    for loader in (key.DataLoader, key.ParallelDataLoader):
        try:
            list(loader(range(3), [torch.tensor([0])], collate_fn=collate_fn))
        except RuntimeError:
            continue
        raise AssertionError("no RuntimeError")


def test_how_far_it_reads_ahead():
    for workers in (1, 2, 4):
        drawn: list[int] = []

        def sampler(drawn=drawn):
            for k in range(30):
                drawn.append(k)
                yield torch.tensor([k])

        loop = iter(key.ParallelDataLoader(range(30), sampler(), collate_fn=list, num_workers=workers))
        for got in range(1, 6):
            next(loop)
            assert len(drawn) - got <= 2 * workers + 1  # the key: workers
        loop.close()


def workers():
    return {thread for thread in threading.enumerate() if "ThreadPoolExecutor" in thread.name}


def test_an_iterator_that_is_held_keeps_its_workers():
    before = workers()
    loader = key.ParallelDataLoader(range(9), key.Sampler(range(9), 1), collate_fn=list)
    for _ in loader:
        break
    assert workers() <= before
    loop = iter(loader)
    for _ in loop:
        break
    assert workers() - before
    loop.close()
    assert workers() <= before


def test_where_value_errors_come():
    for wrong in (lambda: key.Sampler(range(3), 0), lambda: key.Dataset(torch.ones(2), torch.ones(3))):
        try:
            wrong()
        except ValueError:
            continue
        raise AssertionError("no ValueError")


def test_an_iterator_that_resets_serves_one_loop_at_a_time():
    class Resets:
        def __iter__(self):
            self.i = 0
            return self

        def __next__(self):
            self.i += 1
            if self.i > 3:
                raise StopIteration
            return self.i

    one = Resets()
    assert list(one) == list(one) == [1, 2, 3] and list(zip(one, one, strict=False)) == [(1, 2)]


def test_no_grad_and_not_eval_frees_the_graph():
    layer = torch.nn.Linear(2, 2).eval()
    assert layer(torch.ones(2)).grad_fn is not None
    with torch.no_grad():
        assert layer(torch.ones(2)).grad_fn is None
