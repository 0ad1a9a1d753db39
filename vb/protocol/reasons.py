"""Why an agent ends: what it reports as ``reason`` when it is ``failed`` or ``stopping``."""

from enum import StrEnum


class AgentReason(StrEnum):
    """A label for machines; the sentence for people stands beside it, in ``message``."""

    IDLE = "idle"
    """Nobody has watched for a while."""
    STOPPED = "stopped"
    """The signal server asked for it."""
    KILLED = "killed"
    """A signal (SIGTERM) that the agent knows no reason of."""
    SIGNAL_LOST = "signal_lost"
    REFUSED = "refused"
    START_FAILED = "start_failed"
    """A process was given up before the browser was ready."""
    PROCESS_FAILED = "process_failed"
    """A process was given up after that."""
    CRASHED = "crashed"
