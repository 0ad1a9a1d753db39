"""make_celery: broker, queues, limits, schedule and tasks in one application."""

from typing import Any

from celery import Celery
from celery.signals import worker_ready
from kombu.entity import Queue

from app import dispatch
from app.settings import Settings
from workers.runtime import PerProcess
from workers.schedule import schedule
from workers.tasks import browsers, hosts

VISIBILITY_TIMEOUT_S = 120
"""A task whose worker died is given to another one after this long; every task is much shorter."""


def make_celery(settings: Settings) -> Celery:
    """The application that ``celery -A celery_worker`` runs."""
    celery = Celery("turtus", broker=settings.broker_url, set_as_current=False)
    names = (dispatch.START_QUEUE, dispatch.COMMON_QUEUE, dispatch.host_queue(settings.vb.host_name))
    celery.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_time_limit=90,
        task_soft_time_limit=60,
        task_queues=[Queue(name) for name in names],  # type: ignore[no-untyped-call]
        task_default_queue=dispatch.COMMON_QUEUE,
        task_create_missing_queues=True,
        worker_prefetch_multiplier=1,
        worker_send_task_events=True,
        task_send_sent_event=True,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": VISIBILITY_TIMEOUT_S},
        beat_schedule=schedule(),
        timezone="UTC",
    )
    runtime = PerProcess(settings)
    browsers.register(celery, runtime)
    hosts.register(celery, runtime)

    def say_hello(sender: Any = None, **_: Any) -> None:
        mine = runtime.get()
        mine.hosts.beat(mine.host)
        mine.dispatcher.reconcile(mine.host)

    worker_ready.connect(say_hello, weak=False)
    return celery
