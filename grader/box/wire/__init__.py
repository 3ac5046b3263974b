"""Plain data as bytes: what crosses between the judge and the box, and nothing else.

A message is a JSON tree and raw buffers. JSON carries None, bool, int, float (nan and inf too), str and
list as they are; everything else is an object with one key, its tag:

    {"t": [...]}        tuple
    {"s": {k: v...}}    dict whose keys are strings
    {"d": [[k, v]...]}  any other dict
    {"r": [order, groups]}  list of dicts whose keys are strings: a group has the rows with the same keys, as columns
    {"g": [kind, columns]}  list of lists ("l") or tuples ("t") of one length, as columns
    {"T": {...}}        torch.Tensor: dtype, shape, strides, requires_grad, which buffer
    {"A": {...}}        numpy.ndarray
    {"y": "float32"}    torch.dtype
    {"o": "generator"}  anything else: the name of its class, and no more (see Opaque)

A tensor's buffer holds the stretch of memory that its strides reach, so an expanded tensor stays expanded
and costs one row. From whatever device a tensor comes, it is decoded to the CPU. Decoding trusts nothing: every count,
size and stride is checked against what is there.
"""

from __future__ import annotations

import json
import struct
from typing import Any

from grader.box.wire.common import MAX_BYTES, MAX_TREE_BYTES, Opaque, WireError
from grader.box.wire.decoding import Decoder
from grader.box.wire.encoding import Encoder

__all__ = ["HEAD_SIZE", "MAX_BYTES", "Opaque", "WireError", "body_size", "copy", "pack", "unpack"]

_HEAD = struct.Struct("!IQ")  # bytes of JSON, bytes of all buffers
HEAD_SIZE = _HEAD.size


def pack(value: Any) -> bytes:
    """Return `value` as one message. Raise WireError when it exceeds a cap (depth, nodes, bytes)."""
    encoder = Encoder()
    tree = json.dumps([encoder.encode(value, 0), [len(b) for b in encoder.buffers]]).encode()
    size = sum(map(len, encoder.buffers))
    if len(tree) + size > MAX_BYTES or len(tree) > MAX_TREE_BYTES:
        raise WireError(f"{(len(tree) + size) / 2**20:.0f} MB is more than may cross ({MAX_BYTES >> 20} MB)")
    return b"".join([_HEAD.pack(len(tree), size), tree, *encoder.buffers])


def body_size(head: bytes) -> int:
    """Return the number of bytes that follow a message's first HEAD_SIZE bytes. Raise WireError above the cap."""
    tree, buffers = _HEAD.unpack(head)
    if tree + buffers > MAX_BYTES or tree > MAX_TREE_BYTES:
        raise WireError(f"a message of {tree + buffers} bytes is above the cap of {MAX_BYTES}")
    return int(tree + buffers)


def unpack(message: bytes | bytearray) -> Any:
    """Return the value of a whole message (head and body). Raise WireError for invalid bytes."""
    try:
        tree_size, buffer_size = _HEAD.unpack_from(message)
        if len(message) != HEAD_SIZE + tree_size + buffer_size:
            raise WireError("a message of another length than its head says")
        tree, sizes = json.loads(message[HEAD_SIZE : HEAD_SIZE + tree_size])
        return Decoder(memoryview(message)[HEAD_SIZE + tree_size :], sizes).decode(tree, 0)
    except WireError:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        struct.error,
        OverflowError,
        StopIteration,
        RuntimeError,
        MemoryError,
    ) as error:
        raise WireError(f"not a message: {type(error).__name__}: {error}"[:200]) from None


def copy(value: Any) -> Any:
    """`value` as it comes out on the other side: how direct mode keeps to the rules of the wire."""
    return unpack(pack(value))
