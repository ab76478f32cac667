"""The dtype that a layer or a loss computes in, in every form that Keras saves.

Keras 3 casts the output of a head to the dtype of its loss, and a tensor that was cast
no longer has the logits that TensorFlow's activations keep with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from kerascheck.keras_api.dtypes import FLOATX, compute_dtype
from kerascheck.model.typed import TYPE_CHECKING, Any, Final
from kerascheck.readers.config.activations import is_custom

if TYPE_CHECKING:
    from kerascheck.readers.config.graph import Network

__all__ = ["dtype_of", "floatx_of", "loss_dtype_of"]

_MAX_PATTERNS: Final = 1_000  # entries of a `DTypePolicyMap`; no model has as many
_MAX_LAYERS: Final = 1_000  # that are looked at for what shows floatx
_DEFAULT: Final = "default"


def dtype_of(config: Mapping[str, Any], name: str) -> str | None:
    """Return the dtype that a layer computes in; None: unknown, or not of floats.

    A layer without one follows the global policy, which is float32 by default.

    Args:
        config: Of the layer.
        name: Of the layer, which a `DTypePolicyMap` may list.
    """
    saved = config.get("dtype")
    policy = _policy_of(saved)
    if policy is None:
        policies = _map_of(saved)
        return None if policies is None else _mapped(policies, name)
    if policy == _DEFAULT:
        return FLOATX
    return compute_dtype(policy)


def _policy_of(saved: Any) -> str | None:
    """Return the name of a policy; None: it is not one of Keras's plain ones.

    Keras 2 saves a policy that is a plain dtype as that dtype.
    """
    if saved is None:
        return _DEFAULT
    if isinstance(saved, str):
        return saved
    if not isinstance(saved, dict) or is_custom(saved):
        return None
    config = saved.get("config")
    if isinstance(config, str):
        return config  # Keras 3.0 and 3.1: {"class_name": ..., "config": "float32"}
    if not isinstance(config, dict):
        return None
    name = config.get("source_name", config.get("name", ""))
    if name is None:
        return _DEFAULT  # of a map without a default policy
    return name if isinstance(name, str) and name else None


def _map_of(saved: Any) -> dict[str, Any] | None:
    if not isinstance(saved, dict) or saved.get("class_name") != "DTypePolicyMap":
        return None
    config = saved.get("config")
    return config if isinstance(config, dict) else None


def _mapped(config: Mapping[str, Any], name: str) -> str | None:
    """Return the dtype that a map gives a layer; None: the map does not say it surely.

    Keys are paths of layers, or regular expressions over them, which are not run.
    """
    default = dtype_of({"dtype": config.get("default_policy")}, "")
    policies = config.get("policy_map")
    if not isinstance(policies, dict):
        return default
    if name in policies:
        return dtype_of({"dtype": policies[name]}, "")
    listed = islice(policies.values(), _MAX_PATTERNS)
    every = {default, *(dtype_of({"dtype": policy}, "") for policy in listed)}
    return default if len(every) == 1 else None


def loss_dtype_of(saved: Any, floatx: str | None) -> str | None:
    """Return the dtype that Keras 3 casts outputs to for the loss saved as `saved`.

    Keras 3.15 does not save it, and sets it to floatx where it loads the model.

    Args:
        saved: The loss, in any form.
        floatx: Of the process that trains the model; None: unknown.
    """
    config = saved.get("config") if isinstance(saved, dict) else None
    if not isinstance(config, dict) or config.get("dtype") is None:
        return floatx
    return dtype_of(config, "")


def floatx_of(network: Network | None) -> str | None:
    """Return `keras.config.floatx()` where a model was made; None: it may be another.

    An `InputLayer` has that dtype by default, and so has the default policy. A
    Sequential that was built by its first batch has an input in the dtype that its
    first layer computes in. Nobody sets floatx and a mixed policy at once.
    """
    if network is None:
        return FLOATX
    inputs: set[str | None] = set()
    policies: set[str] = set()
    for is_input, policy in _policies(network):
        if not is_input:
            policies.add(policy)
            continue
        dtype = compute_dtype(policy)
        if dtype == FLOATX:
            return FLOATX
        inputs.add(dtype)
    inputs.discard(None)  # class ids, say
    mixed = {compute_dtype(policy) for policy in policies if "mixed_" in policy}
    if inputs:
        return FLOATX if inputs <= mixed else None
    return FLOATX if mixed or FLOATX in policies or not policies else None


def _policies(network: Network) -> Iterator[tuple[bool, str]]:
    for layer in islice(network.layers, _MAX_LAYERS):
        config = layer.get("config")
        if isinstance(config, dict) and "dtype" in config:
            policy = _policy_of(config["dtype"])
            if policy is not None and policy != _DEFAULT:
                yield layer.get("class_name") == "InputLayer", policy
