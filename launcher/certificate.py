"""The web server's TLS certificate: made by ``gen_cert.sh`` when there is none, read for ``doctor``."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from launcher import shell
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.paths import ROOT


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says.

    Attributes:
        names: host names and addresses it is for.
        expires_at: last moment of its validity, UTC.
        fits_key: whether the private key belongs to it.
    """

    names: frozenset[str]
    expires_at: dt.datetime
    fits_key: bool


def ensure(certificate: Path, key: Path, console: Console) -> bool:
    """Make the pair if neither is there and they are the ones gen_cert.sh makes. True if made.

    Raises:
        LauncherError: one of them is missing, or they are set to files that do not exist.
    """
    absent = [path for path in (certificate, key) if not path.is_file()]
    if not absent:
        return False
    ours = (certificate, key) == (ROOT / "localhost.cert", ROOT / "localhost.key")
    if not ours or len(absent) == 1:
        raise LauncherError(
            f"{absent[0]} is not there.",
            "./gen_cert.sh --force, or set TURTUS_SERVER_CERT and TURTUS_SERVER_KEY",
        )
    with console.step("making the TLS certificate"):
        shell.run([str(ROOT / "gen_cert.sh")], cwd=ROOT)
    return True


def read(certificate: Path, key: Path) -> Certificate:
    """Read the pair.

    Raises:
        LauncherError: one of them is missing or not what it should be.
    """
    mend = "./gen_cert.sh --force"
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        private = load_pem_private_key(key.read_bytes(), password=None)
    except OSError as error:
        raise LauncherError(f"{error.filename} cannot be read.", mend) from error
    except (ValueError, TypeError) as error:
        raise LauncherError(f"{certificate} and {key} are not a certificate and its key.", mend) from error
    try:
        extension = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names: list[str] = []
    else:
        names = extension.get_values_for_type(x509.DNSName)
        names += [str(address) for address in extension.get_values_for_type(x509.IPAddress)]
    return Certificate(
        names=frozenset(names),
        expires_at=found.not_valid_after_utc,
        fits_key=found.public_key() == private.public_key(),
    )
