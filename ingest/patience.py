"""A step that has much to do (a long scan) asks for time, and whoever limits it hears; without one nothing happens."""

from collections.abc import Callable

_listeners: list[Callable[[float], None]] = []


def ask_for(seconds: float) -> None:
    """The work at hand needs so many seconds more than a usual file."""
    for listener in _listeners:
        listener(seconds)


def hear(listener: Callable[[float], None]) -> None:
    """From now on `listener` is told of every such wish in this process, and no other is."""
    _listeners[:] = [listener]
