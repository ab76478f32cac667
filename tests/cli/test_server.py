"""kerascheck server without what it needs; tests/editor has the rest."""

import sys


def test_the_extra_is_named_if_it_is_missing(run, monkeypatch):
    for name in [n for n in sys.modules if n.startswith("kerascheck.editor")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("pygls", "lsprotocol"):
        monkeypatch.setitem(sys.modules, name, None)
    code, out, err = run("server")
    assert (code, out) == (2, "")
    assert err == (
        "kerascheck: kerascheck server needs pygls: pip install 'kerascheck[editor]'\n"
    )
