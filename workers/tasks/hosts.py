"""Tasks about all browsers: of this host, or of every host."""

from celery import Celery

from app import dispatch
from workers.runtime import PerProcess


def register(celery: Celery, runtime: PerProcess) -> None:
    """Add the tasks to the application."""

    @celery.task(name=dispatch.RECONCILE, shared=False)  # type: ignore[untyped-decorator]
    def reconcile() -> None:
        """Compare what runs on this host with what should; says that the host is alive, too."""
        mine = runtime.get()
        mine.hosts.beat(mine.host)
        mine.reaper.reconcile()

    @celery.task(name=dispatch.CULL, shared=False)  # type: ignore[untyped-decorator]
    def cull() -> None:
        """End browsers whose time is up."""
        runtime.get().reaper.cull()

    @celery.task(name=dispatch.ROUND, shared=False)  # type: ignore[untyped-decorator]
    def round_() -> None:
        """Send every host that is alive on its reconciling pass."""
        mine = runtime.get()
        for host in {mine.host, *mine.hosts.alive()}:
            mine.dispatcher.reconcile(host)
