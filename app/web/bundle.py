"""A page's ES modules as one. A browser keeps no file of a site whose certificate it was told to put up with:
it would fetch some thirty of them, one behind the other, on every visit.

The modules stay as they are written; each becomes a function's body, run once, in the order of need. They are
written in one way, which is all that is understood here: named imports from files beside them, and ``export``
before ``function``, ``class`` or ``const``; nothing waits at the top of a module, and none needs another that
needs it. Anything else is ``NotBundled``, never a wrong bundle.
"""

import re
from collections.abc import Mapping

_IMPORT = re.compile(r"^import \{([^}]*)\} from '\./([\w-]+\.js)';\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export|await)\b.*", re.MULTILINE)


class NotBundled(Exception):
    """A module is written in another way."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.name = name
        self.why = why

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


def order(sources: Mapping[str, str], entry: str) -> list[str]:
    """The modules that ``entry`` needs, each after those that it needs itself; ``entry`` last.

    Raises:
        NotBundled: one is missing, or two need each other.
    """
    done: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in done:
            return
        if name in path:
            raise NotBundled(name, f"needs itself, by way of {path[-1]}")
        if name not in sources:
            raise NotBundled(name, "is not there")
        for _, needed in _IMPORT.findall(sources[name]):
            visit(needed, (*path, name))
        done.append(name)

    visit(entry, ())
    return done


def bundle(sources: Mapping[str, str], entry: str) -> str:
    """One module that does what ``entry`` does, at its place; ``sources`` are texts by file name.

    Raises:
        NotBundled: it cannot be made.
    """
    return "\n".join(_as_function(name, sources[name]) for name in order(sources, entry))


def _as_function(name: str, source: str) -> str:
    exported = [found for _, found in _EXPORT.findall(source)]
    body = _IMPORT.sub(_as_const, _EXPORT.sub(r"\1 \2", source))
    if left := _LEFT.search(body):
        raise NotBundled(name, f"cannot be read: {left[0]}")
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"


def _as_const(found: re.Match[str]) -> str:
    names = found[1].replace(" as ", ": ")
    return f"const {{{names}}} = {_variable(found[2])};\n"


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name)
