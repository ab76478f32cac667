"""Real and built saved models, in every container, down to their raw JSON."""

import io
import json
import os
import re
import shutil
import zipfile
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.containers import hdf5_attributes, json_text
from kerascheck.readers.containers.limits import LIMITS
from kerascheck.readers.containers.open import open_container
from kerascheck.trust.json_limits import depth_of
from kerascheck.trust.regular_file import RegularFile
from tests.readers.built import (
    CONFIG,
    METADATA_JSON,
    ROOT,
    Entry,
    archive,
    config_json,
    keras_archive,
    keras_metadata,
    node,
    old_saved_model,
)

ARTEFACTS = Path(__file__).parents[2] / "fixtures" / "artefacts"
MANIFEST = json.loads((ARTEFACTS / "manifest.json").read_bytes())["artefacts"]
FORMATS = {
    "keras-zip": "keras",
    "hdf5": "hdf5",
    "hdf5 (named .keras)": "hdf5",
    "hdf5-weights": "hdf5",
    "savedmodel": "saved-model",
    "json": "keras-json",
}


def kinds(container):
    return [problem.kind for problem in container.problems]


@pytest.fixture
def opened(tmp_path):
    """Write bytes under a name and open them."""

    def open_bytes(data, name="m.keras", **options):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(data)
        return open_container(path, **options)

    return open_bytes


# Models that real versions of Keras have saved


@pytest.mark.parametrize("told", MANIFEST, ids=lambda told: told["path"])
def test_real_model_is_what_its_manifest_says(told):
    container = open_container(ARTEFACTS / told["path"])

    assert container.format == FORMATS[told["format"]]
    if told["expect"] == "weights-only":
        assert container.architecture is None
        assert kinds(container) == ["weights-only"]
        return
    class_name = container.architecture["class_name"].removeprefix("kc_demo>")
    assert class_name == told["model_class"].removeprefix("kc_demo>")
    assert container.keras_version == told["keras_version"]
    if told["expect"] in {"uncompiled", "architecture-only"}:
        assert container.training is None
        assert kinds(container) == [told["expect"]]
    else:
        assert isinstance(container.training, dict)


@pytest.mark.parametrize(
    "told",
    [told for told in MANIFEST if told["format"] == "hdf5 (named .keras)"],
    ids=lambda told: told["path"],
)
def test_hdf5_under_a_keras_name_is_read_and_noted(told):
    container = open_container(ARTEFACTS / told["path"])
    assert container.architecture is not None
    assert kinds(container) == ["container-under-wrong-name"]


def test_places_lead_to_what_was_saved():
    container = open_container(ARTEFACTS / "2.15.0/seq_logits_instance.h5")
    assert container.member == "seq_logits_instance.h5"
    assert container.architecture_at == "/model_config"
    assert container.training_at == "/training_config"
    assert container.backend == "tensorflow"
    assert container.training["loss"]["config"]["from_logits"] is True


@pytest.mark.parametrize("name", ["saved_model.pb", "keras_metadata.pb"])
def test_a_file_in_a_saved_model_stands_for_its_folder(name):
    folder = ARTEFACTS / "2.15.0/seq_softmax_str.savedmodel"
    container = open_container(folder / name)
    assert container.architecture == open_container(folder).architecture


@pytest.mark.parametrize(
    "told",
    [told for told in MANIFEST if FORMATS[told["format"]] == "keras"][::5],
    ids=lambda told: told["path"],
)
def test_archive_and_its_unzipped_folder_agree(told, tmp_path):
    zipped = open_container(ARTEFACTS / told["path"])
    with zipfile.ZipFile(ARTEFACTS / told["path"]) as file:
        file.extractall(tmp_path)
    folder = open_container(tmp_path)
    assert folder.format == "keras-dir"
    assert folder.architecture == zipped.architecture
    assert folder.keras_version == zipped.keras_version
    assert open_container(tmp_path / "config.json").format == "keras-dir"


# One look at each container


def test_sound_archive_has_no_notes(opened):
    container = opened(keras_archive(Entry()))
    assert container.architecture == CONFIG
    assert container.training == {"loss": "mse"}
    assert (container.architecture_at, container.training_at) == ("", "/compile_config")
    assert container.member == "config.json"
    assert container.keras_version == "3.15.1"
    assert container.problems == ()


def test_deflated_config_is_read(opened):
    assert opened(keras_archive(Entry(method=8))).architecture == CONFIG


def test_archive_without_metadata_has_no_version(opened):
    container = opened(archive(Entry()))
    assert container.keras_version is None
    assert kinds(container) == ["bad-metadata"]


@pytest.mark.parametrize("compiled", [{}, None])
def test_empty_compile_config_is_uncompiled(opened, compiled):
    container = opened(keras_archive(Entry(data=config_json(compile_config=compiled))))
    assert container.training is None
    assert kinds(container) == ["uncompiled"]


def test_compile_config_of_a_wrong_type_is_handed_on(opened):
    container = opened(keras_archive(Entry(data=config_json(compile_config=[5]))))
    assert container.training == [5]


def test_json_of_keras_3_keeps_its_compile_config(opened):
    container = opened(config_json(), "model.json")
    assert container.format == "keras-json"
    assert container.member == "model.json"
    assert container.training == {"loss": "mse"}


def test_uncompiled_json_of_keras_3_is_uncompiled(opened):
    data = {"module": "keras", "class_name": "Sequential", "config": {}}
    assert kinds(opened(json.dumps(data).encode(), "m.json")) == ["uncompiled"]


def test_extension_is_no_matter_where_keras_has_no_say(opened):
    assert opened(keras_archive(Entry()), "download").problems == ()


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("m.h5", keras_archive(Entry()), "keras"),
        ("m.json", keras_archive(Entry()), "keras"),
        ("m.keras", config_json(), "keras-json"),
        ("m.hdf5", config_json(), "keras-json"),
    ],
)
def test_content_decides_and_a_wrong_extension_is_noted(opened, name, data, found):
    container = opened(data, name)
    assert container.format == found
    assert kinds(container) == ["container-under-wrong-name"]


def test_saved_model_of_tensorflow_2_4_is_read(opened):
    data = old_saved_model(("_tf_keras_sequential", ROOT), ("_tf_keras_layer", {}))
    container = opened(data, "model/saved_model.pb")
    assert container.member == "saved_model.pb"
    assert container.architecture == ROOT["model_config"]
    assert container.training == {"loss": "mse"}
    assert container.keras_version == "2.15.0"


def test_subclassed_model_of_tensorflow_2_4_is_its_root(opened):
    root = {"class_name": "Net", "config": {}, "is_graph_network": False}
    data = old_saved_model(
        ("_tf_keras_model", root),
        ("", None),
        ("_tf_keras_layer", {"class_name": "Dense"}),
        ("_tf_keras_metric", {"class_name": "Mean"}),
    )
    container = opened(data, "model/saved_model.pb")
    assert container.architecture_at == ""
    assert container.architecture == root


@pytest.mark.parametrize("root", ["_generic_user_object", "_tf_keras_sequential"])
def test_saved_model_without_keras_data_is_exported(opened, root):
    container = opened(old_saved_model((root, None)), "model/saved_model.pb")
    assert container.architecture is None
    assert kinds(container) == ["exported-without-training-config"]


def test_model_config_of_null_falls_back_to_the_root(opened):
    root = ROOT | {"model_config": None, "config": {"layers": []}}
    data = keras_metadata(node("root", "_tf_keras_sequential", root))
    container = opened(data, "model/keras_metadata.pb")
    assert container.architecture_at == ""
    assert container.architecture["class_name"] == "Sequential"


def test_layers_next_to_a_model_config_without_them_are_read(opened):
    layers = {"name": "m", "layers": [{"class_name": "Own", "config": {}}]}
    root = ROOT | {"model_config": {"class_name": "Functional"}, "config": layers}
    data = keras_metadata(node("root", "_tf_keras_network", root))
    container = opened(data, "model/keras_metadata.pb")
    assert container.architecture_at == ""
    assert container.architecture["class_name"] == "Functional"
    assert container.architecture["config"] == layers


def test_hdf5_of_another_program_is_not_of_keras(tmp_path):
    h5py = pytest.importorskip("h5py")
    for name, attributes in {"arrays.h5": {}, "table.h5": {"CLASS": "GROUP"}}.items():
        with h5py.File(tmp_path / name, "w") as file:
            file["x"] = [1.0, 2.0]
            file.attrs.update(attributes)
        with pytest.raises(UnreadableModel, match="not of Keras") as caught:
            open_container(tmp_path / name)
        assert caught.value.kind == "foreign-hdf5"


@pytest.mark.parametrize("name", ["my.weights.h5", "old.h5"])
def test_weights_of_keras_are_not_taken_for_another_program(tmp_path, name):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / name, "w") as file:
        file.create_group("layers")
        if name == "old.h5":  # as Keras 2 saved weights
            file.attrs["layer_names"] = [b"dense", b"out"]
    assert kinds(open_container(tmp_path / name)) == ["weights-only"]


def test_metadata_is_found_in_any_order(opened):
    data = keras_metadata(
        node("root.d", "_tf_keras_layer", {"class_name": "Dense"}, 1),
        node("root", "_tf_keras_sequential", ROOT),
    )
    container = opened(data, "model/keras_metadata.pb")
    assert container.architecture == ROOT["model_config"]


def test_of_two_roots_the_last_counts_as_in_keras(opened):
    other = ROOT | {"training_config": {"loss": "mae"}}
    data = keras_metadata(
        node("root", "_tf_keras_sequential", ROOT),
        node("root", "_tf_keras_sequential", other),
    )
    assert opened(data, "model/keras_metadata.pb").training == {"loss": "mae"}


# JSON


def test_byte_order_mark_and_wide_encodings_are_read_as_json_does(opened):
    text = config_json(extra="héé").decode()
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be"):
        container = opened(keras_archive(Entry(data=text.encode(encoding))))
        assert container.architecture["config"] == CONFIG["config"]
        assert kinds(container) == ["odd-encoding"]
        assert opened(text.encode(encoding), "m.json").format == "keras-json"


def test_of_equal_keys_the_last_counts_and_is_noted(opened):
    data = config_json().replace(b'"loss"', b'"loss": "mae", "loss"')
    container = opened(keras_archive(Entry(data=data)))
    assert container.training == {"loss": "mse"}
    assert kinds(container) == ["duplicate-key"]
    assert "'loss'" in container.problems[0].message


@pytest.mark.parametrize(
    "text",
    [
        '{"a" : 1, "a": 2, "class_name": 0}',
        '{"a":1,"a"\n:2,"class_name":":"}',
        '{"a\\"": 1, "a\\"": 2, "b": ":", "class_name": 0}',
        '{"a:": 1, "class_name": [{"b": 1, "b": 1}]}',
    ],
)
def test_equal_keys_are_seen_however_they_are_spaced(opened, text):
    assert "duplicate-key" in kinds(opened(text.encode(), "m.json"))


def test_numbers_that_json_lacks_are_floats(opened):
    data = config_json().replace(b'"mse"', b"[NaN, Infinity, -Infinity, 1e999]")
    loss = opened(keras_archive(Entry(data=data))).training["loss"]
    assert [str(number) for number in loss] == ["nan", "inf", "-inf", "inf"]


def test_lone_surrogate_in_a_name_is_read(opened):
    data = config_json().replace(b'"m"', b'"\\ud800"')
    assert opened(keras_archive(Entry(data=data))).architecture["config"]["name"]


@pytest.mark.parametrize("version", [["3"], "9" * 41, "3\x1b[2J", {}, 3, True])
def test_odd_keras_version_is_unknown(opened, version):
    metadata = json.dumps({"keras_version": version}).encode()
    container = opened(archive(Entry(name=b"metadata.json", data=metadata), Entry()))
    assert container.keras_version is None
    assert kinds(container) == ["bad-metadata"]


def test_version_of_the_future_is_kept(opened):
    metadata = Entry(name=b"metadata.json", data=b'{"keras_version": "99.0"}')
    assert opened(archive(metadata, Entry())).keras_version == "99.0"


def nested(value):
    return st.lists(value, max_size=4) | st.dictionaries(
        st.text('ab"\\:[]{},', max_size=3), value, max_size=4
    )


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('a"\\:[]{}, é', max_size=6),
    nested,
    max_leaves=40,
)


def naive_depth(value):
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return 0
    return 1 + max(map(naive_depth, value), default=0)


@given(JSON_VALUES, st.sampled_from([None, 1]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_json_is_parsed_as_python_does_and_its_depth_is_exact(
    value, indent, ascii_only
):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    assert json_text.parse(text, "text", LIMITS) == (value, ())
    assert depth_of(text) == naive_depth(value)


@given(st.text('{}[]"\\:, a', max_size=60))
@settings(max_examples=300, deadline=None)
def test_depth_of_broken_json_covers_all_that_a_parser_enters(text):
    assert depth_of(text.encode()) >= entered_depth(text)


def entered_depth(text):
    """Return how deep `json` is, at most, when it stops."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        text = text[: error.pos]
    outside = re.sub(r'"(?:[^"\\]|\\.)*("|$)', "", text)
    steps = (1 if char in "{[" else -1 for char in outside if char in "{}[]")
    return max(accumulate(steps, initial=0))


# Against the libraries that Keras reads with


ZIP_NAMES = st.sampled_from(
    ["config.json", "metadata.json", "Config.json", "a/config.json", "w", "é"]
)


@given(
    st.lists(
        st.tuples(
            ZIP_NAMES,
            st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
            st.booleans(),
            st.text(max_size=20),
        ),
        max_size=5,
    ),
    st.binary(max_size=30).filter(lambda prefix: not prefix.startswith(b"version")),
    st.binary(max_size=30).filter(lambda comment: b"PK" not in comment),
)
@settings(max_examples=100, deadline=None)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives_agree_with_zipfile(tmp_path_factory, members, prefix, comment):
    buffer = io.BytesIO(prefix)
    buffer.seek(0, io.SEEK_END)
    with zipfile.ZipFile(buffer, "a") as file:
        for name, method, is_wide, text in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            with file.open(info, "w", force_zip64=is_wide) as member:
                member.write(config_json(text=text))
        file.comment = comment
    path = tmp_path_factory.getbasetemp() / "differential.keras"
    path.write_bytes(buffer.getvalue())
    with zipfile.ZipFile(path) as file:
        names = file.namelist()
        expected = json.loads(file.read("config.json")) if "config.json" in names else 0
    if not expected:
        with pytest.raises(UnreadableModel) as refused:
            open_container(path)
        assert refused.value.kind == "not-a-model"
        return
    container = open_container(path)
    assert container.architecture == expected
    assert ("duplicate-member" in kinds(container)) == (
        names.count("config.json") > 1 or names.count("metadata.json") > 1
    )
    assert ("polyglot" in kinds(container)) == bool(prefix)


ATTRIBUTES = ("model_config", "training_config", "keras_version", "backend")


@given(
    texts=st.dictionaries(
        st.sampled_from(ATTRIBUTES),
        st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=300),
    ),
    fixed=st.booleans(),
    others=st.integers(0, 7),
    user_block=st.sampled_from([0, 512, 2048]),
    version=st.sampled_from(["earliest", "v108", "v110", "latest"]),
    width=st.sampled_from([4, 8]),
)
@settings(max_examples=100, deadline=None)
def test_hdf5_attributes_agree_with_h5py(
    tmp_path_factory, texts, fixed, others, user_block, version, width
):
    h5py = pytest.importorskip("h5py")
    numpy = pytest.importorskip("numpy")
    assume(others + len(texts) <= 8 or version == "earliest")  # more: dense storage
    path = tmp_path_factory.getbasetemp() / "differential.h5"
    properties = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    properties.set_sizes(width, width)
    properties.set_userblock(user_block)
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    lowest = {"earliest": "EARLIEST", "v108": "V18", "v110": "V110", "latest": "LATEST"}
    access.set_libver_bounds(
        getattr(h5py.h5f, f"LIBVER_{lowest[version]}"), h5py.h5f.LIBVER_LATEST
    )
    handle = h5py.h5f.create(str(path).encode(), h5py.h5f.ACC_TRUNC, properties, access)
    with h5py.File(handle) as file:
        for number in range(others):
            file.attrs[f"other{number}"] = numpy.arange(number)
        for name, text in texts.items():
            usable = text.encode().rstrip(b"\0") or b" "
            file.attrs[name] = numpy.bytes_(usable) if fixed else text
    with h5py.File(path) as file:
        expected = {
            name.encode(): value if isinstance(value, bytes) else value.encode()
            for name, value in file.attrs.items()
            if name in ATTRIBUTES
        }
    with RegularFile(str(path)) as file:
        at = hdf5_attributes.find_superblock(file)
        assert at == user_block
        names = frozenset(name.encode() for name in ATTRIBUTES)
        assert hdf5_attributes.read_texts(file, at, names, LIMITS) == expected


# What can not be opened at all


def refusal(path, **options):
    with pytest.raises(UnreadableModel) as refused:
        open_container(path, **options)
    assert "\n" not in str(refused.value)
    assert not str(refused.value).endswith(".")
    return refused.value.kind


def test_missing_file_is_refused(tmp_path):
    assert refusal(tmp_path / "no.keras") == "not-found"


def test_path_that_no_file_can_have_is_refused():
    assert refusal("a\0.keras") == "not-found"


def test_empty_file_is_refused(tmp_path):
    (tmp_path / "m.keras").touch()
    assert refusal(tmp_path / "m.keras") == "empty"


@pytest.mark.parametrize(
    ("error", "kind"), [(PermissionError, "no-permission"), (OSError, "io-error")]
)
def test_file_that_can_not_be_opened_is_refused(error, kind, tmp_path, monkeypatch):
    def refuse(*_):
        raise error

    (tmp_path / "m.keras").touch()
    monkeypatch.setattr(os, "open", refuse)
    assert refusal(tmp_path / "m.keras") == kind


def test_lfs_pointer_says_how_to_fetch_the_model(tmp_path):
    path = tmp_path / "m.keras"
    path.write_text(
        "version https://git-lfs.github.com/spec/v1\n"
        f"oid sha256:{'0' * 64}\nsize 15132\n"
    )
    with pytest.raises(UnreadableModel, match=r"15132 bytes.*git lfs pull") as refused:
        open_container(path)
    assert refused.value.kind == "git-lfs-pointer"


def test_plain_folder_is_no_model(tmp_path):
    assert refusal(tmp_path) == "not-a-model"


@pytest.mark.parametrize(
    "name", ["orbax.checkpoint", "pytree.orbax-checkpoint", "7/_CHECKPOINT_METADATA"]
)
def test_orbax_checkpoint_is_not_supported(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    assert refusal(tmp_path) == "orbax"


def test_numbered_folders_alone_are_no_checkpoint(tmp_path):
    shutil.copytree(ARTEFACTS / "2.15.0/seq_softmax_str.savedmodel", tmp_path / "1")
    assert refusal(tmp_path) == "not-a-model"


def test_saved_model_in_text_form_is_not_supported(tmp_path):
    (tmp_path / "saved_model.pbtxt").write_text("saved_model_schema_version: 1")
    assert refusal(tmp_path) == "unsupported-layout"


def test_folder_keeps_its_model_whatever_its_metadata(tmp_path):
    (tmp_path / "config.json").write_bytes(config_json())
    (tmp_path / "metadata.json").mkdir()
    container = open_container(tmp_path)
    assert container.architecture == CONFIG
    assert kinds(container) == ["bad-metadata"]


def test_json_of_another_tool_is_no_model(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "metadata.json").write_bytes(METADATA_JSON)
    assert refusal(tmp_path) == "not-a-model"
