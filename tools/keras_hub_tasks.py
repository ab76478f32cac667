"""Saves tasks of keras-hub with small random weights, and says what they end in.

`python -m tools.keras_hub_tasks` writes `tools/measured/keras_hub.jsonl`; it needs
keras-hub, which is in no extra of this project.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "measured" / "keras_hub.jsonl"

_TEXT = {
    "vocabulary_size": 20,
    "num_layers": 1,
    "hidden_dim": 8,
    "intermediate_dim": 8,
}
_HEADS = _TEXT | {"num_heads": 2, "max_sequence_length": 6}
_QUERIES = _TEXT | {"num_query_heads": 2, "num_key_value_heads": 1}
_PICTURE = {"image_shape": (32, 32, 3)}
_PATCHES = _PICTURE | {"patch_size": 16, "num_layers": 1, "num_heads": 2}

BACKBONES: dict[str, dict[str, Any]] = {
    "Albert": _HEADS | {"embedding_dim": 8},
    "Bart": _HEADS,
    "Bert": _HEADS,
    "Bloom": _TEXT | {"num_heads": 2},
    "DebertaV3": _HEADS | {"bucket_size": 4},
    "DistilBert": _HEADS,
    "FNet": _TEXT | {"max_sequence_length": 6},
    "Falcon": _TEXT | {"num_attention_heads": 2},
    "GPT2": _HEADS,
    "GPTNeoX": _TEXT | {"num_heads": 2},
    "Gemma": _QUERIES | {"head_dim": 4},
    "Llama": _QUERIES,
    "Llama3": _QUERIES,
    "Mistral": _QUERIES,
    "OPT": _HEADS,
    "Phi3": _QUERIES,
    "Qwen": _QUERIES,
    "Roberta": _HEADS,
    "XLMRoberta": _HEADS,
    "DeiT": _PATCHES | {"hidden_dim": 8, "intermediate_dim": 8},
    "DenseNet": _PICTURE | {"stackwise_num_repeats": [1, 1]},
    "EfficientNet": {
        "input_shape": (32, 32, 3),
        "width_coefficient": 1.0,
        "depth_coefficient": 1.0,
        "stackwise_kernel_sizes": [3],
        "stackwise_num_repeats": [1],
        "stackwise_input_filters": [8],
        "stackwise_output_filters": [8],
        "stackwise_expansion_ratios": [1],
        "stackwise_strides": [1],
        "stackwise_squeeze_and_excite_ratios": [0.25],
        "stackwise_block_types": ["v1"],
        "stackwise_force_input_filters": [0],
    },
    "MiT": _PICTURE
    | {
        "layerwise_depths": [1, 1],
        "num_layers": 2,
        "layerwise_num_heads": [1, 1],
        "layerwise_sr_ratios": [1, 1],
        "max_drop_path_rate": 0.1,
        "layerwise_patch_sizes": [7, 3],
        "layerwise_strides": [4, 2],
        "hidden_dims": [8, 8],
    },
    "MobileNet": _PICTURE
    | {
        "stackwise_expansion": [[2]],
        "stackwise_num_blocks": [1],
        "stackwise_num_filters": [[8]],
        "stackwise_kernel_size": [[3]],
        "stackwise_num_strides": [[1]],
        "stackwise_se_ratio": [[None]],
        "stackwise_activation": [["relu"]],
        "stackwise_padding": [[1]],
        "output_num_filters": 8,
        "input_activation": "relu",
        "output_activation": "relu",
        "input_num_filters": 8,
        "depthwise_filters": 8,
        "depthwise_stride": 1,
        "depthwise_residual": False,
        "last_layer_filter": 8,
        "squeeze_and_excite": 0.5,
    },
    "ResNet": {
        "input_conv_filters": [64],
        "input_conv_kernel_sizes": [7],
        "stackwise_num_filters": [64, 64, 64, 64],
        "stackwise_num_blocks": [1, 1, 1, 1],
        "stackwise_num_strides": [1, 2, 2, 2],
        "block_type": "basic_block",
        "image_shape": (64, 64, 3),
    },
    "ViT": _PATCHES | {"hidden_dim": 8, "mlp_dim": 8},
    "Xception": _PICTURE
    | {
        "stackwise_conv_filters": [[8, 8], [8, 8]],
        "stackwise_pooling": [True, False],
    },
}
"""Backbone -> the smallest arguments that it takes."""

_WHOLE = ("MaskedLM", "CausalLM", "Seq2SeqLM")
_VARIANTS: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("BertTextClassifier", {}, {"num_classes": 4, "activation": "softmax"}),
    ("XLMRobertaTextClassifier", {}, {"num_classes": 2, "activation": "sigmoid"}),
    ("BertTextClassifier", {"dtype": "mixed_bfloat16"}, {"num_classes": 3}),
    ("BertMaskedLM", {"dtype": "mixed_bfloat16"}, {}),
    ("GPT2CausalLM", {"dtype": "mixed_float16"}, {}),
    ("GemmaCausalLM", {"final_logit_soft_cap": 30.0}, {}),
    ("ResNetImageClassifier", {"dtype": "mixed_float16"}, {"num_classes": 3}),
    ("ViTImageClassifier", {}, {"num_classes": 5, "activation": "softmax"}),
)


def _tasks(models: Any) -> Iterator[Any]:
    """Yield every task that there is for a backbone, and the variants."""
    for name, arguments in BACKBONES.items():
        for kind in ("TextClassifier", "ImageClassifier", *_WHOLE):
            if hasattr(models, f"{name}{kind}"):
                own = {} if kind in _WHOLE else {"num_classes": 3}
                yield _task(models, f"{name}{kind}", arguments, own)
    for name, changed, own in _VARIANTS:
        backbone = next(b for b in sorted(BACKBONES)[::-1] if name.startswith(b))
        yield _task(models, name, BACKBONES[backbone] | changed, own)


def _task(
    models: Any, name: str, arguments: dict[str, Any], own: dict[str, Any]
) -> Any:
    backbone = next(b for b in sorted(BACKBONES)[::-1] if name.startswith(b))
    make: Callable[..., Any] = getattr(models, f"{backbone}Backbone")
    return getattr(models, name)(make(**arguments), **own)


def _row(task: Any) -> dict[str, Any]:
    import keras

    output = task.outputs[0]
    made_by = output._keras_history.operation
    activation = getattr(made_by, "activation", None)
    return {
        "saved": _saved(task),
        "names": task.output_names,
        "shape": list(output.shape),
        "dtype": keras.backend.standardize_dtype(output.dtype),
        "layer_class": type(made_by).__name__,
        "activation": getattr(activation, "__name__", None),
        "from_logits": task.loss.get_config()["from_logits"],
    }


def _saved(task: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "task.keras")
        task.save(path)
        config = json.loads(zipfile.ZipFile(path).read("config.json"))
    del config["build_config"]
    config["compile_config"].pop("optimizer")
    return dict(config)


def main() -> None:
    """Write the table."""
    import importlib

    models = importlib.import_module("keras_hub").models
    rows = [_row(task) for task in _tasks(models)]
    lines = (json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    TABLE.write_text("".join(lines))


if __name__ == "__main__":
    main()
