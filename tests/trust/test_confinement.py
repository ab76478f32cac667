"""Which paths a configuration may name."""

import pytest

from kerascheck.model.errors import UsageError
from kerascheck.trust.confinement import (
    Named,
    leads_out,
    refused,
    require_inside,
    require_named_inside,
    require_no_link_out,
    tree_around,
)
from kerascheck.trust.tree import Tree

WHERE = "kerascheck.toml"


@pytest.fixture
def tree(tmp_path):
    """A tree with a link that leads out, and a file outside."""
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "outside.npy").touch()
    (tmp_path / "tree" / "link.npy").symlink_to("../outside.npy")
    (tmp_path / "tree" / "deep" / "up").symlink_to("../..")
    return Tree([str(tmp_path / "tree")])


@pytest.mark.parametrize("path", ["link.npy", "deep/up/outside.npy"])
def test_a_path_through_the_tree_leads_out_by_a_link(tree, path):
    assert leads_out(tree, f"{tree.roots[0]}/{path}")


def test_a_path_that_never_comes_by_the_tree_does_not_lead_out_of_it(tree, tmp_path):
    assert not leads_out(tree, str(tmp_path / "outside.npy"))


def test_a_path_in_the_tree_does_not_lead_out(tree):
    assert not leads_out(tree, f"{tree.roots[0]}/deep/y.npy")


def test_a_name_outside_is_refused_and_a_link_out_may_be_named(tree, tmp_path):
    link = Named("labels", f"{tree.roots[0]}/link.npy")
    require_named_inside(tree, [link], WHERE)
    outside = Named("labels", str(tmp_path / "outside.npy"))
    with pytest.raises(UsageError, match="outside"):
        require_named_inside(tree, [link, outside], WHERE)


@pytest.mark.parametrize("path", ["link.npy", "../outside.npy", "a\0b"])
def test_what_is_not_certainly_inside_is_refused(tree, path):
    named = Named("labels", f"{tree.roots[0]}/{path}")
    with pytest.raises(UsageError, match="leads out of the tree"):
        require_inside(tree, [named], WHERE)


def test_a_file_that_is_not_there_is_no_link_out(tree, tmp_path):
    require_no_link_out(tree, str(tmp_path / "nowhere.json"))
    with pytest.raises(UsageError, match="a link that leads out of the tree"):
        require_no_link_out(tree, f"{tree.roots[0]}/link.npy")


def test_a_long_path_is_cut_in_the_message():
    whole, long = "a" * 120, "a" * 121
    assert f"{whole!r} leads" in str(refused(Named("labels", whole), WHERE))
    assert f"'{whole}…' leads" in str(refused(Named("labels", long), WHERE))


def test_the_working_folder_is_part_of_the_tree_unless_it_is_the_home(
    tmp_path, monkeypatch
):
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path)
    assert tree_around(["models"]).holds("labels.npy")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert not tree_around(["models"]).holds("labels.npy")
    assert tree_around(["models"]).holds("models/labels.npy")


def test_the_root_is_no_project(monkeypatch, tmp_path):
    monkeypatch.chdir("/")
    assert not tree_around([str(tmp_path)]).holds("/etc/hostname")
