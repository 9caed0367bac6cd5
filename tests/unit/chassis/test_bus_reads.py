"""What counts as a frame that is at hand: one that lacks its last octet would be waited for without limit."""

import struct

import pytest

from chassis.bus_reads import _has_frame


@pytest.mark.parametrize("payload", [b"", b"x", b"x" * 300])
def test_only_a_whole_frame_is_at_hand(payload):
    frame = struct.pack(">BHI", 3, 1, len(payload)) + payload + b"\xce"

    assert not any(_has_frame(frame[:count]) for count in range(len(frame)))
    assert _has_frame(frame)
    assert _has_frame(frame + frame[:3])
