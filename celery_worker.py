"""What Celery runs: ``celery -A celery_worker:celery worker`` (and ``beat``, and ``flower``)."""

import logging
from typing import Any

from celery.signals import setup_logging

from app.settings import load
from vb import logs
from workers.celery_app import make_celery

settings = load()


@setup_logging.connect  # type: ignore[untyped-decorator]
def configure_logs(**_: Any) -> None:
    """Our way to log, instead of Celery's own."""
    logs.configure(settings.log_format, emoji=settings.log_emoji, level=settings.log_level)
    for each in ("celery.app.trace", "celery.beat", "celery.worker.strategy"):
        logging.getLogger(each).setLevel(logging.WARNING)  # they tell of every pass, each few seconds


celery = make_celery(settings)
