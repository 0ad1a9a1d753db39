"""Everything between an empty machine and a stack that can start. Each step does nothing when it is done."""

import time
from pathlib import Path
from urllib.parse import urlsplit

from launcher import apt, certificate, config, engine, envfile, image, plan, ports, shell
from launcher.config import Config
from launcher.console import Console
from launcher.errors import CommandFailed, DiskFull
from launcher.paths import Layout

MIGRATE_TIMEOUT_S = 120.0


def everything(console: Console, layout: Layout, *, port: int | None, plain_http: bool) -> Config:
    """Install, build, make secrets and certificate, migrate the database.

    Raises:
        LauncherError: a step cannot be done here; says which and how to mend it.
    """
    layout.make_folders()
    tools(console, layout)
    settings = write_env(console, layout, port=port, plain_http=plain_http)
    vb = settings.settings.vb
    image.ensure(console, layout, vb.image)
    if vb.chromium_image:
        image.ensure(console, layout, vb.chromium_image, on=vb.image)
    if settings.certificate and settings.key:
        certificate.ensure(settings.certificate, settings.key, console)
    migrate(console, settings)
    return settings


def tools(console: Console, layout: Layout) -> None:
    """Debian packages and a Docker engine that answers."""
    # An engine that answers may be a remote one, or one that Debian did not bring: leave it be.
    answers = engine.ask() is engine.Answer.RUNNING
    needs = [need for need in apt.UP if need not in apt.DOCKER]
    apt.install(needs if answers else [*apt.for_engine(), *needs], console, layout.logs / "apt.log")
    if not answers:
        engine.ensure(console, layout.logs)


def write_env(
    console: Console, layout: Layout, *, port: int | None = None, plain_http: bool = False
) -> Config:
    """Have ``.env`` and read it."""
    if envfile.ensure(layout.example_env, layout.env_file):
        console.say(f"✓ wrote {layout.env_file.name} with fresh secrets")
    return config.read(layout, port=port, plain_http=plain_http)


def migrate(console: Console, settings: Config) -> None:
    """Bring the database to the newest form, unless it was already brought there by these migrations."""
    stamp = settings.layout.state / "run" / "migrated"
    state = _migrations_state(settings)
    if stamp.is_file() and stamp.read_text() == state:
        return
    with console.step("migrating the database"):
        try:
            shell.run(
                [str(settings.layout.python), "-m", "app.cli", "migrate"],
                env=settings.environment(),
                cwd=settings.layout.root,
                timeout_s=MIGRATE_TIMEOUT_S,
                mend="look at TURTUS_DATABASE_URL in .env; is the database there?",
            )
        except CommandFailed as error:
            if says_full(error.output):
                raise DiskFull(_database_folder(settings)) from error
            raise
    stamp.write_text(_migrations_state(settings))


def says_full(output: str) -> bool:
    """Whether a program ended because the disk is full: the words of SQLite, of the C library. Pure."""
    return "disk is full" in output or "No space left on device" in output or "quota exceeded" in output


def _database_folder(settings: Config) -> str:
    path = _sqlite_file(settings)
    return str(path.parent if path else settings.layout.state)


def _sqlite_file(settings: Config) -> Path | None:
    url = settings.settings.database_url
    if not url.startswith("sqlite:///"):
        return None
    path = Path(url.removeprefix("sqlite:///"))
    return path if path.is_absolute() else settings.layout.root / path


def _migrations_state(settings: Config) -> str:
    """What must be the same for a migration to be needless: its files and, for SQLite, the database file."""
    files = sorted((settings.layout.root / "migrations").rglob("*.py"))
    content = image.content_hash(files, settings.layout.root)
    database = _sqlite_file(settings)
    if database is None:
        return f"always {time.time()}"  # another machine's database: only itself knows
    inode = database.stat().st_ino if database.exists() else 0
    return f"{content} {database} {inode}"


def require_ports(settings: Config) -> None:
    """Raise LauncherError if a port that the stack needs is taken; says by whom."""
    ports.require_free(
        settings.settings.server_port, "the web server", "stop that program, or `./turtus up --port N`"
    )
    ports.require_free(settings.flower_port, "Flower", "set TURTUS_FLOWER_PORT in .env")
    redis = urlsplit(settings.settings.redis_url)
    if plan.redis_server(settings):
        mend = "set TURTUS_REDIS_URL in .env to another port"
        ports.require_free(redis.port or 6379, "Redis", mend)
