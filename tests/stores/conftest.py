"""What all tests of stores share."""

import pytest


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    """Let other tries follow at once."""
    monkeypatch.setattr("kerascheck.stores.store.PAUSE", 0.001)
