"""What may go wrong in a use case, in words for people. Imports nothing of the project.

Error tree::

    TurtusError              code: label for clients and metrics; str() is a sentence for people
    ├── InvalidInput         fields: field name -> sentence
    ├── NotFound             what
    ├── Forbidden            action
    │   └── TooManyBrowsers  most
    ├── TooOften             retry_after_s
    │   └── TooMuchSaid
    ├── QueueFull
    ├── NothingRunning
    └── SettingsError        name, detail
"""


class TurtusError(Exception):
    """Base of all; caught by the web and socket layers, which show ``str(error)``."""

    code = "internal"

    def __str__(self) -> str:
        return "Something went wrong."


class InvalidInput(TurtusError):
    """What was typed cannot be taken; ``fields`` names each field with a sentence."""

    code = "invalid"

    def __init__(self, **fields: str) -> None:
        super().__init__()
        self.fields = fields

    def __str__(self) -> str:
        return " ".join(self.fields.values())


class NotFound(TurtusError):
    """``what`` does not exist, or not for this person."""

    code = "not_found"

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what

    def __str__(self) -> str:
        return f"There is no such {self.what}."


class Forbidden(TurtusError):
    """This person may not do ``action``."""

    code = "forbidden"

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action

    def __str__(self) -> str:
        return f"You may not do that here ({self.action})."


class TooManyBrowsers(Forbidden):
    """``most`` browsers that this person has asked for are alive already."""

    def __init__(self, most: int) -> None:
        super().__init__("start another browser")
        self.most = most

    def __str__(self) -> str:
        return f"{self.most} browsers that you have started are running. Stop one of them first."


class TooOften(TurtusError):
    """Tried too many times; ``retry_after_s`` seconds until the next try counts."""

    code = "too_often"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        minutes = -(-self.retry_after_s // 60)
        return f"Too many tries. Try again in {minutes} minute{'s' if minutes != 1 else ''}."


class TooMuchSaid(TooOften):
    """More lines of chat than anybody reads."""

    def __str__(self) -> str:
        return f"You are saying too much at once. Go on in {self.retry_after_s} s."


class QueueFull(TurtusError):
    """So many people wait for the wheel that nobody else is noted."""

    code = "queue_full"

    def __str__(self) -> str:
        return "Too many people are waiting to drive. Try again later."


class NothingRunning(TurtusError):
    """The room has no browser that this could be done to."""

    code = "no_browser"

    def __str__(self) -> str:
        return "No browser is running in this room."


class SettingsError(TurtusError):
    """A setting is missing or wrong; raised at start, never later."""

    code = "settings"

    def __init__(self, name: str, detail: str) -> None:
        super().__init__()
        self.name = name
        self.detail = detail

    def __str__(self) -> str:
        return f"Setting {self.name}: {self.detail}."
