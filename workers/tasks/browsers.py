"""Tasks about one browser."""

from celery import Celery

from app import dispatch
from workers.runtime import PerProcess


def register(celery: Celery, runtime: PerProcess) -> None:
    """Add the tasks to the application."""

    @celery.task(name=dispatch.START, shared=False)  # type: ignore[untyped-decorator]
    def start(browser_id: str) -> None:
        """Start the container of a browser that was asked for."""
        runtime.get().lifecycle.start(browser_id)

    @celery.task(name=dispatch.STOP, shared=False)  # type: ignore[untyped-decorator]
    def stop(browser_id: str) -> None:
        """Stop and remove a browser's container."""
        runtime.get().lifecycle.stop(browser_id)

    @celery.task(name=dispatch.CHECK, shared=False)  # type: ignore[untyped-decorator]
    def check(browser_id: str) -> None:
        """See whether a browser's container still runs."""
        runtime.get().lifecycle.check(browser_id)
