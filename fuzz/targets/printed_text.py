"""Text from strangers, as it is printed."""

from __future__ import annotations

from kerascheck.trust.printable import columns, printable, shortened, shown, wrapped

MAX_BYTES = 256


def one_input(data: bytes) -> None:
    """Make a text safe; the first byte is a width."""
    width = data[0] % 100 + 2 if data else 80
    text = data[1:].decode("utf-8", "surrogateescape")
    safe = printable(text)
    for each in (safe, shown(text)):
        assert each.isprintable()
        assert "::" not in each
        assert "##" not in each
    assert len(shortened(safe, width)) <= max(width, 3)
    lines = wrapped(safe, width)
    assert all(columns(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == safe.replace(" ", "")
