"""How a file names the losses and metrics of Keras."""

from __future__ import annotations

import ast

from kerascheck.fix.splices import Source, Unfixable

_KERAS = ("keras", "tensorflow.keras", "tf_keras", "keras.api")
_TENSORFLOW = "tensorflow"
_PREFIX = "keras."
"""How code of `keras_api.compile_call` begins."""


class Names:
    """The names that one file has for Keras, and its quotation marks."""

    def __init__(self, source: Source, call: ast.Call) -> None:
        """Note what is imported, and what the call itself uses."""
        self._quote = source.quote
        self._keras = _used(call)
        self._single: dict[str, str] = {}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self._import(alias)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for alias in node.names:
                    self._import_from(node.module or "", alias)

    def _import(self, alias: ast.alias) -> None:
        if alias.name in _KERAS:
            self._keras = self._keras or alias.asname or alias.name
        elif alias.name == _TENSORFLOW:
            self._keras = self._keras or f"{alias.asname or alias.name}.keras"

    def _import_from(self, module: str, alias: ast.alias) -> None:
        full = f"{module}.{alias.name}"
        if full in _KERAS:
            self._keras = self._keras or alias.asname or alias.name
            return
        for keras in _KERAS:
            if full.startswith(f"{keras}."):
                inside = full.removeprefix(f"{keras}.")
                if alias.asname is None or inside in ("losses", "metrics"):
                    self._single[inside] = alias.asname or alias.name

    def spell(self, code: str) -> str:
        """Return the code of a loss or metric as this file would write it.

        Args:
            code: A string literal, `keras.losses.Name(...)`, or a name of the user's.

        Raises:
            Unfixable: The file does not import Keras.
        """
        if code[:1] in ("'", '"'):
            return self._quote + code[1:-1] + self._quote
        if not code.startswith(_PREFIX):
            return code
        if '"' not in code and "\\" not in code:
            code = code.replace("'", self._quote)
        dotted, bracket, arguments = code.removeprefix(_PREFIX).partition("(")
        module, _, name = dotted.partition(".")
        if dotted in self._single:
            return f"{self._single[dotted]}{bracket}{arguments}"
        if module in self._single:
            return f"{self._single[module]}.{name}{bracket}{arguments}"
        if self._keras is None:
            raise Unfixable(f"the file does not import keras, for {dotted}")
        return f"{self._keras}.{dotted}{bracket}{arguments}"


def _used(call: ast.Call) -> str | None:
    """Return `tf.keras` if the call uses `tf.keras.losses.Name`."""
    for node in ast.walk(call):
        if isinstance(node, ast.Attribute) and node.attr in ("losses", "metrics"):
            return ast.unparse(node.value)
    return None
