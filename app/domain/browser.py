"""The life of a browser: its states, which moves are legal, and what people are told when it ends.

::

    REQUESTED -> CREATING -> STARTING -> READY -> STOPPING -> STOPPED
        any state before STOPPED -> FAILED | LOST (its container is gone without a word)
"""

from enum import StrEnum

_AGENT = "vb-"


class BrowserState(StrEnum):
    """Where a browser stands; a value is also the name in the database, the protocol and metrics."""

    REQUESTED = "REQUESTED"
    CREATING = "CREATING"
    STARTING = "STARTING"
    READY = "READY"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    FAILED = "FAILED"
    LOST = "LOST"


_S = BrowserState
PENDING = frozenset({_S.REQUESTED, _S.CREATING, _S.STARTING})
"""Asked for, not usable yet."""
ACTIVE = frozenset({_S.READY, _S.STOPPING})
TERMINAL = frozenset({_S.STOPPED, _S.FAILED, _S.LOST})
"""Over for good: a browser is used once."""
ALIVE = PENDING | ACTIVE
"""At most one of these in a room."""

_MOVES: dict[BrowserState, frozenset[BrowserState]] = {
    _S.REQUESTED: frozenset({_S.CREATING, _S.STOPPING, _S.STOPPED, _S.FAILED}),
    _S.CREATING: frozenset({_S.STARTING, _S.READY, _S.STOPPING, _S.STOPPED, _S.FAILED, _S.LOST}),
    _S.STARTING: frozenset({_S.READY, _S.STOPPING, _S.STOPPED, _S.FAILED, _S.LOST}),
    _S.READY: frozenset({_S.STOPPING, _S.STOPPED, _S.FAILED, _S.LOST}),
    _S.STOPPING: frozenset({_S.STOPPED, _S.FAILED, _S.LOST}),
    _S.STOPPED: frozenset(),
    _S.FAILED: frozenset(),
    _S.LOST: frozenset(),
}


def sources_of(new: BrowserState) -> frozenset[BrowserState]:
    """The states from which ``new`` can be entered."""
    return frozenset(old for old, targets in _MOVES.items() if new in targets)


def agent_peer_id(browser_id: str) -> str:
    """The peer id of a browser's agent: known in advance, and the same after every reconnect."""
    return f"{_AGENT}{browser_id}"


def is_agent(peer_id: str) -> bool:
    """Whether this peer is a browser's agent. A person's id is hexadecimal."""
    return peer_id.startswith(_AGENT)


class Reason(StrEnum):
    """Why a browser ended: a label with few values, for clients, metrics and audit."""

    STOPPED_BY = "stopped_by"
    IDLE = "idle"
    MAX_SESSION = "max_session"
    SIGNAL_LOST = "signal_lost"
    ENGINE_DOWN = "engine_down"
    IMAGE_MISSING = "image_missing"
    NO_PORT = "no_port"
    NO_RESOURCES = "no_resources"
    CREATE_FAILED = "create_failed"
    START_TIMEOUT = "start_timeout"
    START_FAILED = "start_failed"
    PROCESS_FAILED = "process_failed"
    OUT_OF_MEMORY = "out_of_memory"
    KILLED = "killed"
    GONE = "gone"
    CRASHED = "crashed"
    REFUSED = "refused"
    SITE_UNREACHABLE = "site_unreachable"
    HOST_SILENT = "host_silent"


_SENTENCES: dict[Reason, str] = {
    Reason.STOPPED_BY: "{who} stopped the browser.",
    Reason.IDLE: "Nobody was watching, so the browser was switched off.",
    Reason.MAX_SESSION: "The browser reached its longest running time.",
    Reason.SIGNAL_LOST: "The browser lost its connection to this site.",
    Reason.ENGINE_DOWN: "Docker does not answer on the server. Start it, then try again.",
    Reason.IMAGE_MISSING: "The browser image is not on the server. Run './turtus image', then try again.",
    Reason.NO_PORT: "Every media port is in use. Stop another browser or widen TURTUS_VB_PORT_RANGE.",
    Reason.NO_RESOURCES: "The server is full. Stop another browser, then try again.",
    Reason.CREATE_FAILED: "Docker refused to create the browser.",
    Reason.START_TIMEOUT: "The browser did not get ready in time. Try again.",
    Reason.START_FAILED: "The browser could not start.",
    Reason.PROCESS_FAILED: "Part of the browser kept failing and it was switched off.",
    Reason.OUT_OF_MEMORY: "The browser used more memory than it may. Try again with fewer tabs.",
    Reason.KILLED: "The browser was killed on the server.",
    Reason.GONE: "The server was restarted, or somebody there removed the browser. You can start it again.",
    Reason.CRASHED: "The browser's program crashed. Try again.",
    Reason.SITE_UNREACHABLE: (
        "The browser cannot reach this site from its container. Check TURTUS_VB_DEFAULT_SIGNAL_SERVER."
    ),
    Reason.REFUSED: "This site refused the browser's connection.",
    Reason.HOST_SILENT: "The machine that runs the browser does not answer.",
}


def sentence(reason: Reason, *, who: str = "Somebody") -> str:
    """What people read; ``who`` is the name of the person who stopped it."""
    return _SENTENCES[reason].format(who=who)
