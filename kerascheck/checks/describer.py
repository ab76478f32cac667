"""What the settings and the call say of a model, added to what was read of it."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.keras_api.fit_weights import BY_CLASS
from kerascheck.labels.sources import LabelSources, entry_for
from kerascheck.model.description import ClassWeight, Description, FitCall, Problem
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.settings.settings import ModelConfig, Settings
from kerascheck.trust.tree import Tree

if TYPE_CHECKING:
    from kerascheck.labels.files.find import LabelFiles
    from kerascheck.labels.fit_arguments import FitArguments


class Describer:
    """Adds to models as they were read what the settings and the call say of them."""

    def __init__(
        self, settings: Settings, data: FitArguments | None, paths: Sequence[str] = ()
    ) -> None:
        """Open the label files.

        Args:
            settings: What the configuration and the call say.
            data: Labels and class weights as `fit` takes them.
            paths: What is checked.

        Raises:
            UsageError: There is no such label file.
        """
        tree = None if settings.follows_links_out else Tree.of(paths)
        self._settings = settings
        self._data = data
        self._labels = LabelSources(
            settings,
            file=settings.labels if "labels" in settings.overridden else None,
            y=None if data is None else data.y,
            watched=data is not None and data.watched,
            declared=None if data is None else data.declared,
            tree=tree,
            paths=paths,
        )

    def found_in_store(self, path: str, labels: LabelFiles) -> None:
        """Take notice of label files next to a model that is in a store."""
        self._labels.found_in_store(path, labels)

    def describe(self, path: str, model: Description) -> Description:
        """Return the model at `path` with task, class weights, source and labels."""
        config = entry_for(self._settings, path)
        model = self._with_fit_call(model, config)
        task = self._settings.task or (config and config.task)
        if task is not None:
            model = replace(model, task=task)
        source = None if config is None else config.source
        model = _with_source(model, source, self._settings.sources)
        return self._labels.attach(model, config)

    def _with_fit_call(
        self, model: Description, config: ModelConfig | None
    ) -> Description:
        """Return `model` with what is known of the call of `fit`.

        Class weights of the configuration are for models with one head, as in Keras.
        """
        data = self._data
        if data is None:
            if config is None or config.class_weight is None or len(model.heads) != 1:
                return model
            call = FitCall(class_weight=BY_CLASS)
            return _weighted(replace(model, fit=call), config.class_weight)
        problems = model.problems
        why = data.call.why_unread("y")
        if why is not None and not data.watched:
            problem = Problem(kind="unreadable-labels", message=why)
            problems = (*problems, problem)
        model = replace(model, fit=data.call, problems=problems)
        weights = data.class_weight
        if weights is not None:
            return _weighted(model, weights)
        if config is None or config.class_weight is None or len(model.heads) != 1:
            return model
        return _weighted(model, config.class_weight)


def _weighted(model: Description, weights: ClassWeight) -> Description:
    """Return `model` with class weights on each head that has a loss, if one has."""
    trained = [head for head in model.heads if head.loss is not None]
    heads = tuple(
        replace(head, class_weight=weights)
        if head.loss is not None or not trained
        else head
        for head in model.heads
    )
    return replace(model, heads=heads)


def _with_source(
    model: Description, source: str | None, files: tuple[str, ...]
) -> Description:
    """Return `model` with the lines that made it, if those are known."""
    if source is None and not files:
        return model
    from kerascheck.fix.call_sites import located

    if source is not None and source.rpartition(":")[2].isdecimal():
        return located(replace(model, source=source), ())
    return located(model, files if source is None else (source,))
