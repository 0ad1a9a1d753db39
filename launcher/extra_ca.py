"""CA certificates that image builds must trust besides Debian's own: those of a company's proxy, say.

Builds find them in ``deploy/ca/``; they are put there for the time of the build only.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from launcher.errors import LauncherError

SYSTEM = Path("/usr/local/share/ca-certificates")
"""Where Debian keeps the certificates that an administrator has added."""


def gather(given: Sequence[Path], system: Path = SYSTEM) -> list[Path]:
    """Those of the machine, then those that were given.

    Raises:
        LauncherError: one that was given is not a file in PEM form.
    """
    for path in given:
        if not path.is_file() or "-----BEGIN CERTIFICATE-----" not in path.read_text(errors="replace"):
            raise LauncherError(f"{path} is not a certificate in PEM form.", "give a file made by openssl")
    return [*sorted(system.rglob("*.crt")), *given]


@contextmanager
def placed(folder: Path, given: Sequence[Path] = (), system: Path = SYSTEM) -> Iterator[int]:
    """Have them in ``folder`` as ``turtus-build-N.crt`` while the block runs; yields how many."""
    copies = []
    try:
        for number, path in enumerate(gather(given, system)):
            copy = folder / f"turtus-build-{number}.crt"
            shutil.copyfile(path, copy)
            copies.append(copy)
        yield len(copies)
    finally:
        for copy in copies:
            copy.unlink(missing_ok=True)
