"""What the settings of an editor say. A workspace may bring them: they run nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import TYPE_CHECKING, Any, Final
from kerascheck.model.vocabulary import CONFIDENCES

if TYPE_CHECKING:
    from kerascheck.model.vocabulary import Confidence

__all__ = ["EditorOptions", "read_options"]

RUNS: Final = ("onType", "onSave")
MAX_DELAY: Final = 10_000


class EditorOptions(Frozen):
    """What the editor's user, or the workspace, asks for."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_confidence: Confidence | None = None
    run: str = "onType"
    delay: int = 150  # milliseconds without a change before a check, while one types


def read_options(given: object) -> tuple[EditorOptions, tuple[str, ...]]:
    """Return settings and what is wrong with them; what is wrong counts as absent.

    Args:
        given: JSON of the client; anything.
    """
    if given is None:
        return EditorOptions(), ()
    if not isinstance(given, Mapping):
        return EditorOptions(), ("the settings of kerascheck are not an object",)
    known: dict[str, Any] = {}
    wrong = []
    for name, value in given.items():
        setting = _SETTINGS.get(name)
        if setting is None:
            wrong.append(f"kerascheck has no setting {str(name)!r:.60}")
            continue
        field, expected, read = setting
        found = read(value)
        if found is None and value is not None:
            wrong.append(f"kerascheck.{name}: expected {expected}")
        elif found is not None:
            known[field] = found
    return EditorOptions(**known), tuple(wrong)


def _selectors(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, (list, tuple)):
        return None
    return tuple(value) if all(isinstance(one, str) for one in value) else None


def _delay(value: object) -> int | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= MAX_DELAY:  # type: ignore[operator]
        return None
    return int(value)  # type: ignore[call-overload,no-any-return]


def _one_of(names: tuple[str, ...]) -> Callable[[object], str | None]:
    def read(value: object) -> str | None:
        return value if isinstance(value, str) and value in names else None

    return read


_CODES: Final = "a list of codes, names or beginnings of codes"


_SETTINGS: Final[Mapping[str, tuple[str, str, Callable[[object], object]]]] = {
    "select": ("select", _CODES, _selectors),
    "extendSelect": ("extend_select", _CODES, _selectors),
    "ignore": ("ignore", _CODES, _selectors),
    "minConfidence": (
        "min_confidence",
        f"one of {', '.join(CONFIDENCES)}",
        _one_of(CONFIDENCES),
    ),
    "run": ("run", f"one of {', '.join(RUNS)}", _one_of(RUNS)),
    "delay": ("delay", f"milliseconds from 0 to {MAX_DELAY}", _delay),
}
"""Name in the editor -> field, what is expected, and what reads it."""
