"""What Celery runs: ``celery -A celery_worker:celery worker`` (and ``beat``, and ``flower``)."""

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


celery = make_celery(settings)
