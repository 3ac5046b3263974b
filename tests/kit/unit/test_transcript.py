"""A box's transcript: the same replies again, for the same requests, and the box for everything else."""

from __future__ import annotations

import pytest

from grader import endings
from grader.box import transcript, wire
from grader.box.transcript import Reply, Transcript, reply_in


class Counter:
    """Answers with the number of the request, or raises."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def __call__(self, message: bytes) -> Reply:
        self.asked.append(message)
        if message == b"loop":
            raise endings.TimeLimit("too long", certain=False)
        return reply_in(wire.pack({"value": len(self.asked)}))


def test_a_rewound_transcript_replies_without_asking_and_then_asks_on() -> None:
    box, replies = Counter(), Transcript()
    assert [replies.reply(m, box)["value"] for m in (b"a", b"b")] == [1, 2]
    replies.rewind()
    assert [replies.reply(m, box)["value"] for m in (b"a", b"b", b"c")] == [1, 2, 3]
    assert box.asked == [b"a", b"b", b"c"]
    replies.rewind()
    assert [replies.reply(m, box)["value"] for m in (b"a", b"b", b"c")] == [1, 2, 3]


def test_what_a_test_does_to_a_reply_does_not_reach_the_next_time() -> None:
    replies = Transcript()
    box = lambda message: reply_in(wire.pack({"value": [1, 2]}))  # noqa: E731
    replies.reply(b"a", box)["value"].append(3)
    replies.rewind()
    assert replies.reply(b"a", box)["value"] == [1, 2]


def test_an_end_is_raised_again_as_it_was() -> None:
    box, replies = Counter(), Transcript()
    with pytest.raises(endings.TimeLimit) as first:
        replies.reply(b"loop", box)
    first.value.add_note("hypothesis writes on it")
    replies.rewind()
    with pytest.raises(endings.TimeLimit) as again:
        replies.reply(b"loop", box)
    assert (again.value.text, again.value.certain) == ("too long", False)
    assert again.value is not first.value and not hasattr(again.value, "__notes__")
    assert box.asked == [b"loop"]


def test_another_request_than_before_is_asked_and_so_is_all_that_follows() -> None:
    box, replies = Counter(), Transcript()
    for message in (b"a", b"b", b"c"):
        replies.reply(message, box)
    replies.rewind()
    assert [replies.reply(m, box)["value"] for m in (b"a", b"x", b"c")] == [1, 4, 5]


def test_the_next_test_starts_with_nothing() -> None:
    box, replies = Counter(), Transcript()
    replies.reply(b"a", box)
    replies.begin()
    assert replies.reply(b"a", box)["value"] == 2


def test_more_than_it_may_keep_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript, "_MOST_BYTES", 100)
    box, replies = Counter(), Transcript()
    for message in (b"a", b"b" * 100, b"c"):
        replies.reply(message, box)
    replies.rewind()
    assert replies.reply(b"a", box)["value"] == 4


@pytest.mark.parametrize("message", [b"", b"12345", wire.pack([1])])
def test_what_is_no_reply_is_a_crash(message: bytes) -> None:
    with pytest.raises(endings.Crashed, match="malformed reply"):
        reply_in(message)
