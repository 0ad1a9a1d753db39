"""Hands work to Celery by the name of the task; never imports the workers.

Call it after the commit that the task depends on. Where the broker does not answer, the work is not
lost: the reconciler finds it in the database.
"""

import logging
from typing import Protocol

from celery import Celery
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

START = "turtus.browsers.start"
STOP = "turtus.browsers.stop"
CHECK = "turtus.browsers.check"
RECONCILE = "turtus.browsers.reconcile"
CULL = "turtus.browsers.cull"
ROUND = "turtus.hosts.round"


START_QUEUE = "turtus.start"
"""Every host with room for another browser consumes it, so the least loaded one takes the work."""
COMMON_QUEUE = "turtus.common"
"""What any worker can do: it touches no container."""


def host_queue(host: str) -> str:
    """The queue of one host: what must run where the container is."""
    return f"turtus.host.{host}"


STOP_EXPIRES_S = 60.0
CHECK_EXPIRES_S = 30.0
RECONCILE_EXPIRES_S = 20.0
"""A task that waited longer is dropped unread: the passes have sent it anew, or its host was given up.

So a host that comes back does the work of now, not that of all the time that it was away.
"""


class Dispatcher(Protocol):
    """Where use cases hand work to."""

    def start(self, browser_id: str) -> None: ...
    def stop(self, browser_id: str, host: str | None) -> None: ...
    def check(self, browser_id: str, host: str, *, in_s: float) -> None: ...


class CeleryDispatcher:
    """Sends to the broker at ``broker_url``."""

    def __init__(self, broker_url: str) -> None:
        self._celery = Celery("turtus-dispatch", broker=broker_url, set_as_current=False)
        self._celery.conf.update(
            task_ignore_result=True,
            broker_connection_timeout=2,
            broker_transport_options={"socket_timeout": 3, "socket_connect_timeout": 2},
        )

    def start(self, browser_id: str) -> None:
        """Have some host start the browser."""
        self._send(START, browser_id, START_QUEUE)

    def stop(self, browser_id: str, host: str | None) -> None:
        """Have its host stop the browser; without a host nothing was started."""
        queue = host_queue(host) if host else START_QUEUE
        self._send(STOP, browser_id, queue, expires=STOP_EXPIRES_S)

    def check(self, browser_id: str, host: str, *, in_s: float) -> None:
        """Have its host look, in ``in_s`` seconds, whether the container still runs."""
        self._send(CHECK, browser_id, host_queue(host), countdown=in_s, expires=in_s + CHECK_EXPIRES_S)

    def reconcile(self, host: str) -> None:
        """Have the host compare what runs with what should."""
        self._send(RECONCILE, None, host_queue(host), expires=RECONCILE_EXPIRES_S)

    def _send(
        self,
        task: str,
        browser_id: str | None,
        queue: str,
        *,
        countdown: float | None = None,
        expires: float | None = None,
    ) -> None:
        args = [] if browser_id is None else [browser_id]
        try:
            self._celery.send_task(
                task, args=args, queue=queue, countdown=countdown, expires=expires, retry=False
            )
        except (OperationalError, OSError) as error:
            log.error("the broker does not take %s %s: %s", task, browser_id or "", error)
