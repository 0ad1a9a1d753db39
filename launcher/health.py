"""Asking the service whether it is well."""

import http.client
import json
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; ``body`` is the decoded JSON, or None if it was none."""

    status: int
    body: object


def get(url: str, *, timeout_s: float = 3.0) -> Reply | None:
    """One GET without checking the certificate (it is our own machine); None if nothing answers."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(host, parts.port, timeout=timeout_s, context=context)
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=timeout_s)
    try:
        connection.request("GET", parts.path or "/", headers={"Accept": "application/json"})
        answer = connection.getresponse()
        raw = answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    try:
        return Reply(answer.status, json.loads(raw))
    except ValueError:
        return Reply(answer.status, None)


def serving(base_url: str) -> str | None:
    """None if the service at ``base_url`` is ready; otherwise what is missing, for people."""
    alive = get(f"{base_url}/healthz")
    if alive is None:
        return "the web server does not answer"
    if alive.status != 200:
        return f"the web server answers with status {alive.status}"
    ready = get(f"{base_url}/readyz")
    if ready is None:
        return "the web server does not answer"
    return None if ready.status == 200 else missing_parts(ready.body)


def missing_parts(body: object) -> str:
    """Which checks of ``/readyz`` failed. Pure."""
    if isinstance(body, dict):
        checks = body.get("checks", body)
        if isinstance(checks, dict):
            bad = [str(name) for name, value in checks.items() if value not in (True, "ok", "ready")]
            if bad:
                return f"not ready yet: {', '.join(bad)}"
    return "not ready yet"
