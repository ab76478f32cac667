"""One pass over a program: its budget, what it decided, and what it met."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from time import process_time

from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import Closure, Value

__all__ = ["BUDGET", "MAX_SECONDS", "MAX_STEPS", "Exhausted", "Raised", "Run", "Signal"]

MAX_STEPS: Final = 200_000
"""Expressions and statements that are evaluated in all passes together."""

MAX_SECONDS: Final = 1.5
"""CPU time that all passes over one program may take, whatever the load is."""

ITEMS_PER_STEP: Final = 4
"""Items of a list that is made that cost as much as a step, as they take memory."""

_STEPS_PER_LOOK: Final = 32
"""Steps between two looks at the clock; one may go through a long list."""

MAX_CALLS: Final = 24
"""Depth of calls of the program's own functions."""

MAX_SAME_CALLS: Final = 3
"""How often a function may be inside itself."""

MAX_ROUNDS_IN_ALL: Final = 400
"""Rounds of one loop in one pass, however often it is reached."""

BUDGET: Final = "not understood within the budget"

Signal = tuple[str, Value] | None
"""How a piece of code ends: None at its end, else "return", "break", "continue" or
"raise" with a value."""


class Exhausted(Exception):
    """The budget is used up."""


class Raised(Exception):
    """The program ends here: it raises, or calls sys.exit()."""


class Budget:
    """What all passes over one program may cost.

    Attributes:
        steps: What is left.
        known: Answers about pieces of the program, by question and piece.
    """

    __slots__ = ("_looked", "_until", "known", "late", "steps")

    def __init__(self, steps: int = MAX_STEPS, seconds: float = MAX_SECONDS) -> None:
        self.steps = steps
        self._until = process_time() + seconds
        self._looked = steps
        self.late = False
        self.known: dict[tuple[str, int], Any] = {}

    def take(self, steps: int = 1) -> None:
        """Take steps.

        Raises:
            Exhausted: There is none left.
        """
        self.steps -= steps
        if abs(self._looked - self.steps) >= _STEPS_PER_LOOK:
            self._looked = self.steps
            self.late = self.late or process_time() > self._until
        if self.late or self.steps < 0:
            raise Exhausted(BUDGET)


class Run:
    """One pass over a program.

    Attributes:
        budget: What is left of it.
        evaluate: Returns the value of an expression.
        execute: Executes statements.
        call: Calls a value.
        decided: Conditions and choices that are not known, and the way that was taken.
        flippable: Those whose other ways are worth a pass, and how many ways there are.
        choices: Those that are choices of a tuner.
        entered: Functions of the program that were called.
        models: What the pass knows of Keras models; see `keras_models.Models`.
        project: Returns the scope of a module of the same project; None: it is not one.
    """

    def __init__(
        self,
        budget: Budget,
        forced: Mapping[str, int],
        project: Callable[[str], Scope | None] | None = None,
    ) -> None:
        self.budget = budget
        self.forced = forced
        self.project = project
        self.decided: dict[str, int] = {}
        self.flippable: dict[str, int] = {}
        self.choices: set[str] = set()
        self.entered: set[int] = set()
        self.stack: list[Closure] = []
        self.defined: list[Closure] = []
        self.classes: list[Any] = []
        self.imports: set[str] = set()
        self.evaluate: Callable[[ast.expr, Scope], Value]
        self.execute: Callable[[Sequence[ast.stmt], Scope], Signal]
        self.call: Callable[[Value, list[Value], dict[str, Value], ast.AST], Value]
        self.models: Any = None
        self.rounds: dict[int, int] = {}

    def may_go_round(self, loop: ast.AST) -> bool:
        """Say whether a loop may be gone round once more in this pass."""
        count = self.rounds.get(id(loop), 0)
        self.rounds[id(loop)] = count + 1
        return count < MAX_ROUNDS_IN_ALL

    def decide(self, test: ast.expr, *, likely: bool, matters: bool) -> bool:
        """Return which way to take at a condition that is not known.

        Args:
            test: The condition.
            likely: The way that the first pass takes.
            matters: Whether the other way is worth a pass of its own.
        """
        key = self._written(test)
        way = self._way(key, int(likely), 2 if matters else 1)
        return bool(way)

    def choose(self, node: ast.AST, options: Sequence[Value]) -> Value:
        """Return one of the values that a tuner tries, another one in each pass."""
        key = f"choice {self._written(node)}"
        self.choices.add(key)
        return options[self._way(key, 0, len(options)) % len(options)]

    def _written(self, node: ast.AST) -> str:
        """Return a piece of the program as text, made once."""
        key = ("written", id(node))
        if key not in self.budget.known:
            self.budget.known[key] = ast.dump(node)[:2000]
        text: str = self.budget.known[key]
        return text

    def _way(self, key: str, likely: int, ways: int) -> int:
        if key not in self.decided:
            self.decided[key] = self.forced.get(key, likely)
        if ways > 1:
            self.flippable[key] = ways
        return self.decided[key]
