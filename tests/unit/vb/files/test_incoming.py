"""A file on its way in."""

from pathlib import Path

import pytest

from vb.files.folder import Folder
from vb.files.incoming import Incoming, Overrun
from vb.protocol.files import ACK_EVERY_BYTES


def test_pieces_until_it_is_whole(tmp_path: Path) -> None:
    """Acknowledged every so often and at the end."""
    incoming = Incoming(Folder(tmp_path).new(), "a", 2 * ACK_EVERY_BYTES + 5, 1.0)
    assert not incoming.take(bytes(ACK_EVERY_BYTES - 1), 2.0)
    assert incoming.take(bytes(1), 3.0)
    assert incoming.moved_at == 3.0
    assert not incoming.take(bytes(10), 4.0)
    assert incoming.take(bytes(ACK_EVERY_BYTES - 5), 5.0)
    assert (incoming.got, incoming.left) == (2 * ACK_EVERY_BYTES + 5, 0)
    assert incoming.keep() == "a"
    assert (tmp_path / "a").stat().st_size == incoming.size


def test_more_than_announced(tmp_path: Path) -> None:
    """Is not stored."""
    incoming = Incoming(Folder(tmp_path).new(), "a", 5, 1.0)
    with pytest.raises(Overrun, match="more came"):
        incoming.take(bytes(6), 2.0)
    incoming.drop()
    assert list(tmp_path.iterdir()) == []
