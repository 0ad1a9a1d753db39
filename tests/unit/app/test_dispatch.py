"""app.dispatch (what arrives at a worker is shown in tests/e2e)"""

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from celery import Celery

from app.dispatch import CHECK, RECONCILE, START, STOP, CeleryDispatcher, host_queue


def test_hosts_have_queues_of_their_own() -> None:
    """What must run where the container is."""
    assert host_queue("a") != host_queue("b")


def test_tasks_for_one_host_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    """The passes send them anew; a start waits for the next host that is free."""
    sent: dict[str, float | None] = {}

    def note(self: Celery, name: str, **options: Any) -> None:
        sent[name] = options["expires"]

    monkeypatch.setattr(Celery, "send_task", note)
    dispatcher = CeleryDispatcher("redis://127.0.0.1:1/1")
    dispatcher.start("b1")
    dispatcher.stop("b1", "local")
    dispatcher.check("b1", "local", in_s=1)
    dispatcher.reconcile("local")
    assert sent == {START: None, STOP: 60.0, CHECK: 31.0, RECONCILE: 20.0}


def test_broker_that_is_down_is_logged_not_raised(caplog: pytest.LogCaptureFixture) -> None:
    """The reconciler finds the work in the database."""
    dispatcher = CeleryDispatcher("redis://127.0.0.1:1/1")
    sends = (
        partial(dispatcher.start, "b1"),
        partial(dispatcher.stop, "b1", None),
        partial(dispatcher.stop, "b1", "local"),
        partial(dispatcher.check, "b1", "local", in_s=1),
        partial(dispatcher.reconcile, "local"),
    )
    with caplog.at_level(logging.ERROR), ThreadPoolExecutor(len(sends)) as pool:
        list(pool.map(lambda send: send(), sends))  # each waits 2 s for the broker
    assert len(caplog.records) == 5
