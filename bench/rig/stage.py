"""A stage for one measurement: pages, a room, the agent, and viewers before it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from playwright.sync_api import Browser

from bench.rig import cpu
from bench.rig.agent import AGENT, HOST, Agent, CommandAgent, Job, command, container
from bench.rig.options import Options
from bench.rig.room import Room
from bench.rig.site import Site
from bench.rig.viewer import Viewer
from launcher.errors import LauncherError
from launcher.viewer.chromium import chromium, installed, launch

READY_S = 45.0


class Stage:
    """The agent is ready; nobody watches yet. Made by ``standing``."""

    def __init__(
        self, options: Options, agent: Agent, room: Room, browser: Browser, site: Site, page: str
    ) -> None:
        self.options = options
        self.agent = agent
        self.room = room
        self.page = page
        self._site = site
        self._browser = browser
        self._viewers = 0
        self._more: list[Browser] = []

    def viewer(
        self, through: Callable[[str], str] | None = None, program: Callable[[str], str] | None = None
    ) -> Viewer:
        """One more viewer, who sees the picture; ``through`` is as in ``Viewer.join``.

        ``program`` gives, for the path of Chromium, a program that starts it elsewhere: the viewer then has
        a Chromium of its own.
        """
        self._viewers += 1
        browser = self._browser
        if program is not None:
            browser = launch(browser.browser_type, program(installed()))
            self._more.append(browser)
        viewer = Viewer(browser, f"p-{self._viewers}")
        if self.options.url:
            viewer.visit(self.options.url.format(url=self.page))
        else:
            viewer.join(self.room, through)
        viewer.wait_for_picture()
        return viewer

    def visitor(self, url: str) -> Viewer:
        """A viewer of another system's page, who sees its picture."""
        self._viewers += 1
        viewer = Viewer(self._browser, f"p-{self._viewers}")
        viewer.visit(url)
        viewer.wait_for_picture()
        return viewer

    def wait_shown(self) -> None:
        """Until one of the rig's pages says that it has loaded.

        Raises:
            LauncherError: it does not.
        """
        if not self._site.shown.wait(READY_S):
            raise LauncherError(f"{self.page} was not shown within {READY_S:g} s.")

    def drives(self, viewer: Viewer) -> None:
        """That viewer's mouse is the browser's."""
        if not self.options.url:
            viewer.drive(self.room)

    def clear(self) -> None:
        """Close the Chromiums that viewers have of their own."""
        for browser in self._more:
            browser.close()

    def shares(self, viewer: Viewer, seconds: float) -> cpu.Shares:
        """Processor shares while ``viewer`` watches for ``seconds``."""
        before = self.agent.reading()
        viewer.wait(seconds)
        return cpu.shares(before, self.agent.reading(), AGENT)


@contextmanager
def standing(options: Options, page: str, fps: int = 30, arguments: tuple[str, ...] = ()) -> Iterator[Stage]:
    """A stage on which the agent shows ``page``: an address, ``turtus:...``, or the name of a rig's page.

    Raises:
        LauncherError: something did not start.
    """
    with ExitStack() as stack:
        site = stack.enter_context(Site())
        room = stack.enter_context(Room())
        local = bool(options.agent or options.url)
        host = "127.0.0.1" if local else HOST
        address = page if ":" in page else f"http://{host}:{site.port}/{page}"
        job = Job(room.port, address, fps, arguments)
        agent: Agent
        if options.url:
            agent = CommandAgent(options.pids)
        elif options.agent:
            agent = stack.enter_context(command(options, job))
        else:
            agent = stack.enter_context(container(options, job))
        browser = stack.enter_context(chromium())
        if not options.url:
            room.wait_ready(READY_S)
        scene = Stage(options, agent, room, browser, site, address)
        stack.callback(scene.clear)
        yield scene
