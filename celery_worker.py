"""What Celery runs: ``celery -A celery_worker:celery worker`` (and ``beat``, and ``flower``)."""

from app.settings import load
from vb import logs
from workers.celery_app import make_celery

settings = load()
logs.configure(settings.log_format, emoji=settings.log_emoji, level=settings.log_level)
celery = make_celery(settings)
