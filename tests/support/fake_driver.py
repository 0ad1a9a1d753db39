"""Drivers and a bus for tests of the workers' decisions: no engine, no Redis. Named fakes, nothing else."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import msgspec
import redis

from app.domain.control import Control
from workers.drivers.base import DriverError, EngineDown, Exited, Gone, Owned, Poll, Running, Spec


class RecordingBus:
    """Remembers what was published."""

    def __init__(self) -> None:
        self.events: list[tuple[str, msgspec.Struct]] = []

    def publish(self, room_id: str, event: msgspec.Struct) -> int:
        self.events.append((room_id, event))
        return len(self.events)

    def send(self, room_id: str, to: str, message: msgspec.Struct) -> None:
        self.events.append((room_id, message))

    def states(self) -> list[str]:
        """The browser states that the room was told, in order."""
        return [str(event.browser.state) for _, event in self.events if hasattr(event, "browser")]


class FakeRooms:
    """Who drives in each room (everywhere "ana", until somebody frees it), and who has a place in any."""

    def __init__(self) -> None:
        self.controls: dict[str, Control] = {}
        self.places: set[str] = set()

    def change_control(self, room_id: str, change: Callable[[Control], Control]) -> tuple[Control, Control]:
        old = self.controls.get(room_id, Control(epoch=1, holder="ana"))
        self.controls[room_id] = change(old)
        return old, self.controls[room_id]

    def place(self, room_id: str, peer_id: str) -> str | None:
        return peer_id if peer_id in self.places else None

    def drop(self, room_id: str, peer_id: str) -> bool:
        present = peer_id in self.places
        self.places.discard(peer_id)
        return present


class FakeHosts:
    """A board on which the hosts in ``mute`` are silent; ``down`` is Redis that does not answer."""

    def __init__(self) -> None:
        self.mute: set[str] = set()
        self.down = False

    def silent(self, hosts: Collection[str]) -> set[str]:
        if self.down:
            raise redis.ConnectionError
        return self.mute & set(hosts)


@dataclass
class RecordingDispatcher:
    """Remembers what was handed to the workers."""

    started: list[str] = field(default_factory=list)
    stopped: list[tuple[str, str | None]] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)

    def start(self, browser_id: str) -> None:
        self.started.append(browser_id)

    def stop(self, browser_id: str, host: str | None) -> None:
        self.stopped.append((browser_id, host))

    def check(self, browser_id: str, host: str, *, in_s: float) -> None:
        self.checked.append(browser_id)


class FakeDriver:
    """Containers in a dictionary."""

    def __init__(self) -> None:
        self.containers: dict[str, Poll] = {}
        self.specs: list[Spec] = []

    def create(self, spec: Spec) -> str:
        self.specs.append(spec)
        self.containers[spec.browser_id] = Exited(0)
        return f"container-of-{spec.browser_id}"

    def start(self, browser_id: str) -> None:
        self.containers[browser_id] = Running()

    def poll(self, browser_id: str) -> Poll:
        return self.containers.get(browser_id, Gone())

    def stop(self, browser_id: str, within_s: int) -> None:
        if browser_id in self.containers:
            self.containers[browser_id] = Exited(0)

    def remove(self, browser_id: str) -> None:
        self.containers.pop(browser_id, None)

    def list_owned(self) -> list[Owned]:
        return [Owned(name, poll == Running()) for name, poll in self.containers.items()]


class BadDriver(FakeDriver):
    """Refuses every creation with the given errors, one after the other, then works."""

    def __init__(self, *errors: DriverError) -> None:
        super().__init__()
        self.errors = list(errors)

    def create(self, spec: Spec) -> str:
        if self.errors:
            self.specs.append(spec)
            raise self.errors.pop(0)
        return super().create(spec)


class SilentDriver(FakeDriver):
    """Its engine does not answer while ``silent``."""

    silent = True

    def stop(self, browser_id: str, within_s: int) -> None:
        self._speak()
        super().stop(browser_id, within_s)

    def remove(self, browser_id: str) -> None:
        self._speak()
        super().remove(browser_id)

    def list_owned(self) -> list[Owned]:
        self._speak()
        return super().list_owned()

    def create(self, spec: Spec) -> str:
        self._speak()
        return super().create(spec)

    def _speak(self) -> None:
        if self.silent:
            raise EngineDown("no answer")
