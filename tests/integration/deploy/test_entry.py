"""deploy/app/entry.sh: the words of a setting mean what they mean to the app."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.servers import ROOT

WORDS = {
    "https": ("1", "true", "YES", "on", ""),
    "http": ("0", "false", "No", "off"),
}


@pytest.mark.parametrize(
    ("word", "scheme"), [(word, scheme) for scheme, words in WORDS.items() for word in words]
)
def test_https_is_asked_for_in_any_word(tmp_path: Path, word: str, scheme: str) -> None:
    """``true``, ``yes`` and ``on`` are 1, in capitals too; empty is the default."""
    curl = tmp_path / "curl"
    curl.write_text('#!/bin/sh\nfor last; do :; done\necho "$last"\n')
    curl.chmod(0o755)
    ended = subprocess.run(
        [str(ROOT / "deploy" / "app" / "entry.sh"), "check-web"],
        env={
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "TURTUS_SERVER_PORT": "8443",
            "TURTUS_SERVER_USE_HTTPS": word,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.strip() == f"{scheme}://localhost:8443/healthz"
