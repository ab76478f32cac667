"""Tasks of keras-hub, whose configs hold arguments and no layers: what they end in.

Source: keras_hub.models of keras-hub 0.32. `tests/readers/test_keras_hub.py` holds the
table to live models, which `tools/keras_hub` measures.
"""

from __future__ import annotations

from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final

__all__ = ["PACKAGES", "TASKS", "Task"]

PACKAGES: Final = ("keras_hub>", "keras_nlp>")
"""What the registered name of a class of keras-hub, once keras-nlp, begins with."""


class Task(NamedTuple):
    """The one head of a task.

    Attributes:
        layer: Its name, which is that of the output.
        layer_class: Its class.
        rank: Of the output, the batch included.
        units: Argument that is its width.
        of_backbone: Whether `units` is an argument of the backbone.
        activation: Argument that is its activation; "": it has none.
        cap: Argument of the backbone that, if it is given, bounds the logits.
    """

    layer: str
    layer_class: str = "Dense"
    rank: int = 2
    units: str = "num_classes"
    of_backbone: bool = False
    activation: str = "activation"
    cap: str = ""


_TEXT: Final = Task("logits")
_IMAGE: Final = Task("predictions")
_VOCABULARY: Final = "vocabulary_size"
_MASKED: Final = Task(
    "mlm_head",
    "MaskedLMHead",
    rank=3,
    units=_VOCABULARY,
    of_backbone=True,
    activation="",
)
_CAUSAL: Final = Task(
    "token_embedding",
    "ReversibleEmbedding",
    rank=3,
    units=_VOCABULARY,
    of_backbone=True,
    activation="",
)

_TEXT_MODELS: Final = (
    "Albert",
    "Bert",
    "DebertaV3",
    "DistilBert",
    "FNet",
    "Roberta",
    "XLMRoberta",
)
_IMAGE_MODELS: Final = (
    "DeiT",
    "DenseNet",
    "EfficientNet",
    "MiT",
    "ResNet",
    "ViT",
    "Xception",
)
_CAUSAL_MODELS: Final = (
    "Bloom",
    "Falcon",
    "GPT2",
    "GPTNeoX",
    "Llama",
    "Llama3",
    "Mistral",
    "OPT",
    "Phi3",
    "Qwen",
)

TASKS: Final[dict[str, Task]] = {
    **{f"{name}TextClassifier": _TEXT for name in _TEXT_MODELS},
    **{f"{name}Classifier": _TEXT for name in _TEXT_MODELS},
    **{f"{name}MaskedLM": _MASKED for name in _TEXT_MODELS},
    **{f"{name}ImageClassifier": _IMAGE for name in _IMAGE_MODELS},
    "MobileNetImageClassifier": _IMAGE._replace(activation=""),
    **{f"{name}CausalLM": _CAUSAL for name in _CAUSAL_MODELS},
    "GemmaCausalLM": _CAUSAL._replace(cap="final_logit_soft_cap"),
    "BartSeq2SeqLM": _CAUSAL,
}
"""Class of a task -> its head; `BertClassifier` is `BertTextClassifier` of old."""
