"""What installed distributions offer, and the modules of a folder."""

from kerascheck.engine.discovery import EntryPoint, entry_points, modules_in

GROUP = "kerascheck.rules"


def offer(site, distribution, *lines):
    folder = site / f"{distribution}.dist-info"
    folder.mkdir(parents=True)
    text = "\n".join((f"[{GROUP}]", *lines))
    (folder / "entry_points.txt").write_text(text, encoding="utf-8")


def test_an_entry_point_is_its_distribution_name_and_module(tmp_path):
    offer(tmp_path, "team-1.0", "team = team.rules:RULES [extra]", "more=more_rules")
    assert entry_points(GROUP, [str(tmp_path)]) == [
        EntryPoint("team-1.0.dist-info", "team", "team.rules"),
        EntryPoint("team-1.0.dist-info", "more", "more_rules"),
    ]


def test_the_same_distribution_counts_where_the_path_has_it_first(tmp_path):
    offer(tmp_path / "one", "team-1.0", "team = first")
    offer(tmp_path / "other", "team-1.0", "team = second")
    path = [str(tmp_path / "one"), str(tmp_path / "other")]
    assert [point.module for point in entry_points(GROUP, path)] == ["first"]


def test_what_has_no_entry_points_offers_nothing(tmp_path):
    (tmp_path / "bare-1.0.dist-info").mkdir()
    (tmp_path / "odd-1.0.dist-info" / "entry_points.txt").mkdir(parents=True)
    assert entry_points(GROUP, [str(tmp_path)]) == []


def test_entry_points_of_other_groups_are_left(tmp_path):
    folder = tmp_path / "a-1.dist-info"
    folder.mkdir()
    (folder / "entry_points.txt").write_text(
        "[other]\na = kerascheck.rules\n[kerascheck.rules]\n# b = c\n; b = c\nd = e.f\n"
    )
    found = entry_points("kerascheck.rules", [str(tmp_path)])
    assert found == [EntryPoint("a-1.dist-info", "d", "e.f")]


def test_what_is_no_folder_on_the_path_offers_nothing(tmp_path):
    (tmp_path / "a.zip").write_text("")
    path = ["", str(tmp_path / "a.zip"), str(tmp_path / "none")]
    assert entry_points("kerascheck.rules", path) == []


def test_modules_of_a_folder_are_imported_by_name_in_order(tmp_path, monkeypatch):
    folder = tmp_path / "made_up_cards"
    folder.mkdir()
    for name in ("b.py", "a.py", "_shared.py", "__init__.py", "notes.txt"):
        (folder / name).write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    found = [module.__name__ for module in modules_in("made_up_cards", str(folder))]
    assert found == ["made_up_cards.a", "made_up_cards.b"]
