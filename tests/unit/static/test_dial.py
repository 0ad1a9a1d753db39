"""The way to the signal endpoint, and the place of before a reload."""

from tests.unit.static.conftest import Js


def test_what_is_asked_for_is_in_the_address(js: Js) -> None:
    """A WebSocket to this site, however the address was given."""
    script = "[{}, { id: 'p1' }, { id: null, stream: true }].map((asks) => m.dial('/signal/x', asks))"
    urls = js(f"{script}.map((socket) => (socket.close(), socket.url))")
    there = "wss://turtus.test/signal/x"
    assert urls == [there, f"{there}?client=p1", f"{there}?stream=1"]


def test_place_is_taken_once(js: Js) -> None:
    """A copy of the tab, made in between, finds none; another room has its own."""
    script = "(m.keepId('one', 'p1'), [m.takeKeptId('two'), m.takeKeptId('one'), m.takeKeptId('one')])"
    assert js(script) == [None, "p1", None]


def test_without_storage_there_is_no_place_of_before(js: Js) -> None:
    """A browser that keeps nothing enters the room all the same."""
    script = """(() => {
      const real = Object.getOwnPropertyDescriptor(window, 'sessionStorage');
      Object.defineProperty(window, 'sessionStorage', { configurable: true, get() { throw new Error('off'); } });
      m.keepId('one', 'p1');
      const found = m.takeKeptId('one');
      Object.defineProperty(window, 'sessionStorage', real);
      return found;
    })()"""
    assert js(script) is None
