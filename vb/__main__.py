"""``python -m vb``: run one virtual browser. See ``--help``."""

import os
import sys

from vb import agent, logs, settings


def main() -> int:
    """Exit status: see ``vb.protocol.exits``."""
    given = settings.read(sys.argv[1:], os.environ)
    logs.configure(given.log_format, emoji=given.log_emoji, level=given.log_level)
    return agent.run(given)


if __name__ == "__main__":
    sys.exit(main())
