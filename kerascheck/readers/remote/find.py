"""From addresses to the saved models under them, whatever kind of address each is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kerascheck.model.description import Description
from kerascheck.model.errors import UnreadableModel, UsageError
from kerascheck.model.typed import Final
from kerascheck.readers.remote.search import RemoteModel, models_at
from kerascheck.stores.address import Address
from kerascheck.stores.open import open_store
from kerascheck.stores.store import Store

_REGISTRIES: Final = ("models", "runs")
_PROGRAMS: Final = (".py", ".pyw", ".ipynb")


def find_remote(
    addresses: Iterable[Address], *, locked: bool = False
) -> Iterator[RemoteModel]:
    """Yield each saved model under some addresses once.

    Args:
        addresses: Models, or folders to search.
        locked: Files of this machine are named by their paths alone, so that links in
            the tree lead nowhere else.

    Raises:
        UsageError: A store cannot be used, or a program is named.
    """
    met: set[str] = set()
    named: Counter[str] = Counter()
    searches = [_search(one, locked=locked) for one in addresses]
    for search in searches:
        for model in search:
            path = model.found.path
            if len(searches) == 1 and path in (model.url, ""):
                yield model  # a search meets each once, and may meet millions
                continue
            if (model.url or path) in met:
                continue
            met.add(model.url or path)
            named[path] += 1  # addresses may differ in what is not shown
            often = named[path]
            yield model if often == 1 else model.called(f"{path} ({often})")


def read_address(url: str) -> Description:
    """Return what the one saved model at an address says about itself.

    Raises:
        UnreadableModel: There is no model that can be read, with the reason.
        UsageError: The store cannot be used.
    """
    for model in find_remote([Address(url)]):
        described = model.read() if model.found.named else None
        if described is not None:
            return described
    raise UnreadableModel("not-a-model", "a folder that is not a saved model")


def _search(address: Address, *, locked: bool) -> Iterator[RemoteModel]:
    if address.scheme in _REGISTRIES:
        from kerascheck.readers.remote.registry import find_registered

        return find_registered(address)
    return models_at(_store_of(address, locked=locked), address)


def _store_of(address: Address, *, locked: bool) -> Store:
    if locked and address.scheme in ("file", "local"):
        raise UsageError(
            f"{address!r}: --locked (KERASCHECK_LOCKED) reads files of this machine "
            "by their paths alone; name the path"
        )
    if address.lower().endswith(_PROGRAMS):
        raise UsageError(
            f"{address!r}: programs are read from this machine alone; copy it here"
        )
    return open_store(address)
