"""Reference training: a finding is measured before and after its fix.

The package has the name of the function `kerascheck.confirm` and replaces it in
`kerascheck` as soon as one of its modules is imported, so it can be called like it.
"""

from __future__ import annotations

import sys
from types import ModuleType

from kerascheck.model.typed import Any


class _Callable(ModuleType):
    def __call__(self, *args: Any, **options: Any) -> Any:
        home: Any = sys.modules["kerascheck"]
        return home.__getattr__("confirm")(*args, **options)


sys.modules[__name__].__class__ = _Callable
