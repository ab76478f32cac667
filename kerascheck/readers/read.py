"""One saved model, from its path to a `Description`."""

from __future__ import annotations

from kerascheck.model.description import Description
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers.open import open_container
from kerascheck.trust.tree import is_address

__all__ = ["read"]


def read(path: str) -> Description:
    """Return what the saved model at `path` says about itself.

    Args:
        path: A file or folder in any format Keras saves, kept as given; or its address
            in a store, kept without what may be a secret.

    Raises:
        UnreadableModel: There is no model that can be read, with the reason.
        UsageError: The store cannot be used.
    """
    if is_address(path):
        from kerascheck.readers.remote.find import read_address

        return read_address(path)
    return describe_config(open_container(path), path)
