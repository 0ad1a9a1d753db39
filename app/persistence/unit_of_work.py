"""One transaction: the repositories, and what to do once it is committed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.persistence.browsers import Browsers
from app.persistence.logins import Logins
from app.persistence.messages import Messages
from app.persistence.rooms import Rooms
from app.persistence.users import Users


class UnitOfWork:
    """The repositories of one transaction. Never held over a wait, a Docker call or a socket's life."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.users = Users(session)
        self.logins = Logins(session)
        self.rooms = Rooms(session)
        self.messages = Messages(session)
        self.browsers = Browsers(session)
        self._hooks: list[Callable[[], None]] = []

    def after_commit(self, hook: Callable[[], None]) -> None:
        """Run ``hook`` once the transaction is safely in the database; not at all if it fails."""
        self._hooks.append(hook)

    def run_hooks(self) -> None:
        """Called once, after the commit."""
        hooks, self._hooks = self._hooks, []
        for hook in hooks:
            hook()


class Database:
    """Makes units of work on one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._readers = engine.execution_options(read_only=True)

    @contextmanager
    def work(self) -> Iterator[UnitOfWork]:
        """A transaction that is committed at the end of the block, or rolled back by an exception."""
        with Session(self.engine, expire_on_commit=False) as session:
            work = UnitOfWork(session)
            yield work
            session.commit()
        work.run_hooks()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A transaction that only looks; on SQLite it does not wait for writers."""
        with Session(self._readers, expire_on_commit=False) as session:
            yield UnitOfWork(session)
