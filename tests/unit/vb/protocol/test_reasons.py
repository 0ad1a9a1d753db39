"""vb.protocol.reasons"""

from app.domain.browser import Reason
from vb.protocol.reasons import AgentReason


def test_every_label_but_one_is_a_reason_that_people_read() -> None:
    """``stopped`` alone says nothing new: whoever asked for it has given the reason."""
    assert {str(label) for label in AgentReason} - {str(reason) for reason in Reason} == {"stopped"}
