"""app.sockets.router (each handler is shown with real sockets in tests/integration/app/sockets)"""

import pytest

from app.errors import Forbidden, NothingRunning
from app.sockets import router
from app.sockets.router import PeerGone, error_for
from vb.protocol.messages import AGENT_REQUESTS, RELAYED, REQUESTS


def test_every_message_of_a_client_has_a_handler() -> None:
    """The table is complete and has nothing else."""
    assert set(router._table) == {*RELAYED, *REQUESTS, *AGENT_REQUESTS}


@pytest.mark.parametrize(
    ("error", "code"),
    [(Forbidden("drive"), "forbidden"), (NothingRunning(), "no_browser"), (PeerGone(), "peer_gone")],
)
def test_refusals_become_errors_with_code_and_sentence(error: Exception, code: str) -> None:
    """ref names the message that was refused."""
    answer = error_for(error, "browser.stop")
    assert (answer.code, answer.ref) == (code, "browser.stop")
    assert answer.message.endswith((".", ")."))
