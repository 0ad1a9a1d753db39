"""Exit status of the agent: how the worker learns why a container ended."""

from enum import IntEnum


class AgentExit(IntEnum):
    """Sources: 0 asked to stop, 2 usage (argparse), 20 and up ours."""

    STOPPED = 0
    USAGE = 2
    IDLE = 20
    SIGNAL_LOST = 21
    REFUSED = 22
    START_FAILED = 23
    PROCESS_FAILED = 24
    CRASHED = 25
