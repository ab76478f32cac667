"""A corrected copy of a saved model: other compile settings, the same weights.

Only the compile part of `config.json` changes. All other members are copied as they
are, without being parsed; the archive is written again, its members stored, under a
temporary name, checked, and only then given its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping

from kerascheck.fix.plan import Plan
from kerascheck.fix.splices import Unfixable
from kerascheck.keras_api.losses import LOSS_NAMES, WITH_FROM_LOGITS
from kerascheck.model.description import Description, Head, Loss, Metric, Value
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import IO, Any, Final
from kerascheck.model.vocabulary import FIXED_SUFFIX

CONFIG: Final = "config.json"
COMPILED: Final = "compile_config"

MAX_COUNT: Final = 50
"""How often larger than the archive its members may be; Keras stores them as is."""

_BLOCK: Final = 1 << 20


class Copy(NamedTuple):
    """A corrected copy that can be written."""

    path: str  # of the model
    to: str
    before: dict[str, Any]  # compile settings
    after: dict[str, Any]
    config: bytes  # the whole of config.json
    status: os.stat_result  # of the model when that was read


def copy_of(plan: Plan) -> Copy:
    """Return the copy that carries out a plan.

    Raises:
        Unfixable: The model is in another format, or its settings in an odd one.
    """
    model = plan.before
    if model.format != "keras":
        raise Unfixable(f"a corrected copy is made of .keras files, not {model.format}")
    config, status = _config(model.path)
    before = config.get(COMPILED)
    if not isinstance(before, dict):
        raise Unfixable("its compile settings are in an odd form")
    after = dict(before)
    _change_losses(plan, config, after)
    _change_metrics(plan, config, after)
    data = json.dumps({**config, COMPILED: after}).encode()
    stem = model.path.removesuffix(".keras")
    return Copy(model.path, f"{stem}{FIXED_SUFFIX}.keras", before, after, data, status)


def _config(path: str) -> tuple[dict[str, Any], os.stat_result]:
    from kerascheck.readers.containers.keras_zip import read_config

    try:
        saved = read_config(path)
    except (UnreadableModel, OSError) as error:
        raise Unfixable(f"it cannot be read again: {error}") from None
    if saved.problems or not isinstance(saved.value, dict):
        raise Unfixable("its config.json is not one that Keras writes")
    return saved.value, saved.status


def _change_losses(plan: Plan, config: dict[str, Any], after: dict[str, Any]) -> None:
    heads = plan.before.heads
    pairs = list(zip(heads, plan.after.heads, strict=True))
    if all(one.loss == other.loss for one, other in pairs):
        return
    losses = {
        one.name: _saved(config, one, "loss")
        if one.loss == other.loss
        else _loss(other.loss, _saved(config, one, "loss"))
        for one, other in pairs
    }
    after["loss"] = losses if len(heads) > 1 else losses[heads[0].name]


def _loss(loss: Loss | None, saved: Any) -> dict[str, Any] | None:
    """Return a loss as Keras saves it; its other settings stay if the class does."""
    if loss is None:
        return None
    if loss.name not in LOSS_NAMES:
        raise Unfixable("the loss is the user's own")
    arguments: dict[str, Value] = dict(loss.arguments)
    if loss.name in WITH_FROM_LOGITS:
        arguments["from_logits"] = bool(loss.from_logits)
    if isinstance(saved, dict) and saved.get("class_name") == loss.name:
        config = saved.get("config")
        return {**saved, "config": {**(config or {}), **arguments}}
    return _object("losses", loss.name, arguments)


def _object(module: str, name: str, config: Mapping[str, Value]) -> dict[str, Any]:
    return {
        "module": f"keras.{module}",
        "class_name": name,
        "config": config,
        "registered_name": None,
    }


def _change_metrics(plan: Plan, config: dict[str, Any], after: dict[str, Any]) -> None:
    heads = plan.before.heads
    pairs = list(zip(heads, plan.after.heads, strict=True))
    if all(_bare(one) == _bare(other) for one, other in pairs):
        return
    metrics = {one.name: _metrics(config, one, other) for one, other in pairs}
    after["metrics"] = metrics if len(heads) > 1 else metrics[heads[0].name]


def _bare(head: Head) -> list[Metric]:
    return [replace(metric, resolved=None) for metric in head.metrics or ()]


def _metrics(config: dict[str, Any], before: Head, after: Head) -> list[Any]:
    left = list(enumerate(_bare(before)))
    saved: list[Any] = []
    for metric in _bare(after):
        kept = next((item for item in left if item[1] == metric), None)
        if kept is not None:
            left.remove(kept)
        if metric.weighted:
            if kept is None:
                raise Unfixable("a weighted metric changes")
        elif kept is not None:
            saved.append(_saved(config, before, f"metrics.{kept[0]}"))
        else:
            saved.append(_metric(metric))
    if any(metric.weighted for _, metric in left):
        raise Unfixable("a weighted metric changes")
    return saved


def _metric(metric: Metric) -> Any:
    if metric.given == "string":
        return metric.name or metric.compiled
    named = {} if metric.name is None else {"name": metric.name}
    return _object("metrics", metric.compiled, {**dict(metric.arguments), **named})


def _saved(config: dict[str, Any], head: Head, fact: str) -> Any:
    """Return the value that a fact of a head was read from."""
    origin = dict(head.origins).get(fact)
    if origin is None:
        return None
    value: Any = config
    for key in origin.partition(": ")[2].split("/")[1:]:
        name = key.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            raise Unfixable("its compile settings are in an odd form")
    return value


def write(copy: Copy, is_right: Callable[[str], bool]) -> None:
    """Write the copy: all of it, or nothing.

    Args:
        copy: From `copy_of`.
        is_right: Checks the file before it gets its name.

    Raises:
        Unfixable: There is such a file, the model changed, or the copy is not right.
        OSError: It cannot be written.
    """
    from kerascheck.trust.replace_file import new_file

    mode = copy.status.st_mode & 0o777  # whoever may not read one may not read both
    try:
        with new_file(copy.to, mode=mode, replaces=False) as file:
            _archive(copy, file)
            file.flush()
            if not is_right(file.name):
                raise Unfixable("the copy would still have the finding")
    except FileExistsError:
        raise Unfixable(f"{copy.to} is there already; remove it first") from None


def _archive(copy: Copy, file: IO[bytes]) -> None:
    from kerascheck.trust.unchanged import why_changed

    with open(copy.path, "rb", opener=_without_waiting) as model:
        _copy_members(copy, model, file)
        why = why_changed(copy.path, model.fileno(), copy.status, copy.status)
    if why is not None:
        raise Unfixable(f"it changed meanwhile: {why}")


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _copy_members(copy: Copy, model: IO[bytes], file: IO[bytes]) -> None:
    from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

    try:
        with ZipFile(model) as old, ZipFile(file, "w", ZIP_STORED) as new:
            unpacked = sum(info.file_size for info in old.infolist())
            if unpacked > MAX_COUNT * copy.status.st_size:
                raise Unfixable("its members are far larger than the archive")
            for info in old.infolist():
                member = ZipInfo(info.filename, info.date_time)
                member.external_attr = info.external_attr
                member.file_size = info.file_size
                if info.filename == CONFIG:
                    member.file_size = len(copy.config)
                    new.writestr(member, copy.config)
                    continue
                with old.open(info) as source, new.open(member, "w") as target:
                    while block := source.read(_BLOCK):
                        target.write(block)
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unfixable(f"the archive cannot be copied: {error}") from None


def describes(path: str, model: Description) -> Description:
    """Read a written copy as the model it is a copy of: with its labels and task."""
    from kerascheck.keras_api.metrics import with_resolved_metrics
    from kerascheck.readers.read import read

    labels = {h.name: h.labels for h in model.heads if h.labels is not None}
    copy = replace(read(path).with_labels(labels), task=model.task)
    weights = {head.name: head.class_weight for head in model.heads}
    heads = (replace(h, class_weight=weights.get(h.name)) for h in copy.heads)
    return with_resolved_metrics(replace(copy, heads=tuple(heads)))
