"""``python -m launcher``: what the script ``turtus`` hands over to."""

import sys

if __name__ == "__main__":
    try:
        from launcher.cli import main  # a second's work, in which Ctrl-C may come

        main()
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
