"""Control messages and pieces of the files channel; anything else is refused, never raised as something else."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vb.protocol import codec, files
from vb.protocol.codec import MessageMalformed, MessageTooLarge, MessageUnknown, ProtocolError


def test_pieces_there_and_back() -> None:
    """The number, then the bytes; the largest is 16 KiB."""
    frame = files.piece(0xFFFFFFFF, bytes(files.PIECE_BYTES))
    assert len(frame) == 16 * 1024
    assert files.read_piece(frame) == (0xFFFFFFFF, bytes(files.PIECE_BYTES))


@pytest.mark.parametrize("size", [0, 3, 4, files.MAX_FRAME_BYTES + 1])
def test_what_is_no_piece(size: int) -> None:
    """Empty, no whole header, nothing in it, too long."""
    with pytest.raises(files.PieceError, match=f"{size} bytes are no piece"):
        files.read_piece(bytes(size))


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """A piece or a refusal."""
    try:
        transfer, body = files.read_piece(data)
    except files.PieceError:
        return
    assert files.piece(transfer, body) == data


@pytest.mark.parametrize(
    "message",
    [
        files.Upload(epoch=1_767_265_200_123, id=7, name="日本\u202e.txt", size=0),
        files.Fetch(epoch=0, id=0, file="a" * 32),
        files.Remove(epoch=1, file="a"),
        files.Ack(id=1, got=1 << 50),
        files.Cancel(id=0xFFFFFFFF),
    ],
)
def test_messages_there_and_back(message: files.FromPage) -> None:
    """All that a page says."""
    assert codec.decode_files(codec.encode(message)) == message


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("{", MessageMalformed),
        ("[]", MessageMalformed),
        ("\ud800", MessageMalformed),
        ('{"type":"files.state","drives":true}', MessageUnknown),
        ('{"type":"files.upload","epoch":1,"id":-1,"name":"a","size":1}', MessageMalformed),
        ('{"type":"files.upload","epoch":1,"id":1,"name":"a","size":-1}', MessageMalformed),
        ('{"type":"files.upload","epoch":1,"id":1,"name":"a","size":1.5}', MessageMalformed),
        ('{"type":"files.fetch","epoch":1,"id":1,"file":""}', MessageMalformed),
        ('{"type":"files.fetch","epoch":1,"id":1,"file":"%s"}' % ("a" * 33), MessageMalformed),
        ('{"type":"files.cancel","id":4294967296}', MessageMalformed),
        ('{"type":"files.cancel","id":1,"x":"%s"}' % ("a" * 4096), MessageTooLarge),
    ],
)
def test_refusals(text: str, refusal: type[ProtocolError]) -> None:
    """What a page must not say."""
    with pytest.raises(refusal):
        codec.decode_files(text)


_NAMES = st.sampled_from(["type", "epoch", "id", "name", "size", "file", "got"])
_TYPES = st.sampled_from([codec.type_name(kind) for kind in files.FROM_PAGE])
_VALUES = st.one_of(_TYPES, st.integers(), st.floats(), st.text(), st.none(), st.booleans())


@given(
    st.one_of(
        st.text(), st.dictionaries(_NAMES, _VALUES).map(lambda each: msgspec.json.encode(each).decode())
    )
)
def test_any_text(text: str) -> None:
    """A message or a refusal."""
    try:
        message = codec.decode_files(text)
    except ProtocolError:
        return
    assert isinstance(message, files.FROM_PAGE)
