"""``python -m launcher``: what the script ``turtus`` hands over to."""

from launcher.cli import main

if __name__ == "__main__":
    main()
