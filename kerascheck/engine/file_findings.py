"""KC0xx: what reading has to say, as findings like those of the rules.

A reader tells what it met as a `Problem`, or as an `UnreadableModel`, each with a
stable kind. This table gives every kind its code, severity and page.
"""

from __future__ import annotations

from kerascheck.engine.finding import Finding, Harm, Severity
from kerascheck.engine.fix import Applicability, Fix
from kerascheck.model.description import Problem
from kerascheck.model.frozen import Frozen, replace


class FileRule(Frozen):
    """One thing that can be the matter with a file, beside the rules."""

    code: str
    name: str
    severity: Severity
    summary: str  # one line for tables
    remedy: str | None  # what to do, in the imperative; None: nothing to do
    page: str
    harm: Harm = Harm.NONE
    since: str = "0.1"


CARDS = (
    FileRule(
        code="KC000",
        name="rule-crashed",
        severity=Severity.ERROR,
        summary="a rule raised, so it decided nothing for this head",
        remedy="report it with the output of kerascheck -v, and ignore the rule",
        page="""\
## What it is
A rule raised an exception. This is a fault of the rule, not of the model. All other
rules still ran.

## What to do
Run again with `-v` for the traceback and report it. Until it is mended, ignore the
rule that the message names.
""",
    ),
    FileRule(
        code="KC001",
        name="unreadable-model",
        severity=Severity.ERROR,
        summary="a file that should be a model can not be read, so nothing was checked",
        remedy=None,
        page="""\
## What it is
The file is damaged, truncated, encrypted, empty, larger than the budgets allow, may
not be opened, changed while it was read, or is not a saved Keras model. The message
says which. None of its heads was checked: the file is neither right nor wrong, it is
unknown.

## What to do
Save the model again with `model.save("model.keras")`, or take the path out of the
call. Check a file that changed again once nothing writes to it. A file that is beyond
a budget on purpose can be left out with `exclude` in the configuration.
""",
    ),
    FileRule(
        code="KC002",
        name="git-lfs-pointer",
        severity=Severity.ERROR,
        summary="a Git LFS pointer stands where the model should be",
        remedy="fetch the file with `git lfs pull`",
        page="""\
## What it is
Git LFS keeps large files outside the repository and puts a text of some 130 bytes in
their place. This checkout holds that text and not the model, so nothing was checked.

## What to do
Run `git lfs pull`, or `git lfs pull --include PATH` for one file. In GitHub Actions
give `actions/checkout` the option `lfs: true`; in GitLab CI leave
`GIT_LFS_SKIP_SMUDGE` unset.
""",
    ),
    FileRule(
        code="KC003",
        name="weights-only",
        severity=Severity.NOTE,
        summary="the file holds weights and no model",
        remedy="save the whole model with `model.save()`",
        page="""\
## What it is
`model.save_weights()` wrote this file. It holds arrays; there are no layers, no loss
and no metrics in it, so no rule can be decided.

## What to do
Check the model that was saved whole, with `model.save("model.keras")`, or the live
model with `kerascheck.check(model, y)`.
""",
    ),
    FileRule(
        code="KC004",
        name="exported-without-training-config",
        severity=Severity.NOTE,
        summary="an exported SavedModel holds a graph for serving and no loss",
        remedy="check the model that was saved with `model.save()`",
        page="""\
## What it is
`model.export()` and `tf.saved_model.save()` write a graph for serving. Layers, loss
and metrics are not in it, so no rule can be decided.

## What to do
Keep a copy saved with `model.save("model.keras")` beside the export and check that.
""",
    ),
    FileRule(
        code="KC005",
        name="uncompiled-model",
        severity=Severity.NOTE,
        summary="the model comes without loss and metrics",
        remedy="call `compile()` before `save()`",
        page="""\
## What it is
The model was saved before `compile()`, with `include_optimizer=False`, or as
`to_json()` of a Keras that leaves the compile call out; or a live model is not compiled
yet. What it will be trained with is not known, so no rule can be decided.

## What to do
Compile the model before it is saved or checked. A model that is only ever compiled in
a program can be checked there, with `kerascheck.check(model, y)`.
""",
    ),
    FileRule(
        code="KC006",
        name="container-under-wrong-name",
        severity=Severity.WARNING,
        summary="the ending of the name does not say what the file is",
        remedy="rename the file, or save it again under the name that fits",
        page="""\
## What it is
Keras chooses how to load a file by the ending of its name. TensorFlow 2.12 and before
write HDF5 under every name but `.keras` archives of later versions, so a `model.keras`
from then is HDF5 inside; Keras 3 does not load it, and says that the file is not
found or no zip archive. An archive named `.h5` fails likewise. kerascheck looks at
the content and has read the model all the same.

## What to do
Rename it to `.h5` or `.keras` as the message says.
""",
    ),
    FileRule(
        code="KC007",
        name="ambiguous-file",
        severity=Severity.WARNING,
        summary="the file can be read as more than one model",
        remedy="save the model again with Keras",
        page="""\
## What it is
Two archive members or two JSON keys have one name, a name is cut by a NUL, or the
file is an archive and HDF5 at once. Loaders differ in which one they take. kerascheck
takes the one that Keras takes, which is the last. Keras itself never writes such a
file.

## What to do
Ask where the file comes from. If it is yours, save the model again.
""",
    ),
    FileRule(
        code="KC008",
        name="unreadable-labels",
        severity=Severity.ERROR,
        summary="a label file can not be read or measured",
        remedy="save the labels as one numeric array, `numpy.save(path, y)`",
        page="""\
## What it is
The labels are damaged, hold Python objects, have no samples, or are in no form that
kerascheck reads (npy, npz, csv, json). Pickled objects are never loaded. Rules that
need labels stay undecided.

## What to do
Save numbers or strings: `numpy.save("labels.npy", y)`; for several heads
`numpy.savez("labels.npz", **{name: y})`, one key for each head.
""",
    ),
    FileRule(
        code="KC009",
        name="unused-suppression",
        severity=Severity.WARNING,
        summary="a suppression sets nothing aside any more",
        remedy="take the entry out",
        page="""\
## What it is
An entry of the baseline stands for a finding that is mended or whose model is gone, or
an entry of `per-model-ignores` sets nothing aside: a note, and a failure under
`--strict`, as it would hide the same finding if it came back. Or the last day that the
entry counts is over: a warning, beside the finding itself, which is set aside no
longer. Or no model matches the glob of a section `[models."glob"]`, so that its labels,
task or source are used for none: a note.

## What to do
Run `kerascheck baseline prune`, or take the entry out of the configuration. An entry
whose day is over can be given a later one.
""",
    ),
    FileRule(
        code="KC010",
        name="own-compile-config",
        severity=Severity.NOTE,
        summary="the model saves its compile call in a form of its own",
        remedy=None,
        page="""\
## What it is
The model overrides `get_compile_config`, or its `compile()` takes arguments that Keras
does not have. What is saved can not be understood without the model's own code, which
kerascheck never runs.

## What to do
Check the live model with `kerascheck.check(model, y)`.
""",
    ),
    FileRule(
        code="KC011",
        name="loss-mismatch",
        severity=Severity.ERROR,
        summary="losses or metrics are given for other heads than the model has",
        remedy="give one loss for each output, by the name of the output",
        harm=Harm.RAISES,
        page="""\
## What it is
The dict or list of losses, metrics or loss weights has a name that no output has, or
more or fewer entries than there are outputs. Keras raises, or leaves an output
untrained.

## What to do
Name the outputs as `model.output_names` lists them: `loss={"digit": ..., "colour":
...}`.
""",
    ),
    FileRule(
        code="KC012",
        name="odd-value",
        severity=Severity.WARNING,
        summary="a saved value is none that Keras writes",
        remedy="save the model again with Keras",
        page="""\
## What it is
A field of the saved configuration has a type or a value that Keras never writes, such
as units that are no number, NaN as a loss weight, or text in an odd encoding. The fact
is taken as unknown and rules that need it stay undecided.

## What to do
Ask what wrote the file. If it is yours, save the model again.
""",
    ),
    FileRule(
        code="KC013",
        name="broken-graph",
        severity=Severity.WARNING,
        summary="the layers of the model do not lead to its outputs",
        remedy="save the model again with Keras",
        page="""\
## What it is
An output names a layer that is not in the file, layers lead back to themselves, or the
graph is deeper than the budgets allow. What the output computes is unknown.

## What to do
Ask what wrote the file. If it is yours, save the model again.
""",
    ),
    FileRule(
        code="KC014",
        name="unknown-keras-version",
        severity=Severity.NOTE,
        summary="the file does not say which Keras wrote it, or names one unheard of",
        remedy=None,
        page="""\
## What it is
The version is missing, not readable as one, or newer than this kerascheck knows. How
`"accuracy"` and some arguments are to be read depends on it; kerascheck reads the file
as Keras 3 would.

## What to do
Nothing, where the file loads in your Keras. A newer kerascheck may know the version.
""",
    ),
    FileRule(
        code="KC015",
        name="labels-for-no-head",
        severity=Severity.WARNING,
        summary="labels were given under a name that no head has",
        remedy="name labels as `model.output_names` does",
        page="""\
## What it is
A label file or argument has an entry that matches no output of the model, or has one
unnamed array where the model has several outputs. The labels were left out, and rules
that need labels stay undecided.

## What to do
Give one entry for each output, by its name: keys of an npz file, columns of a csv
file, or keys of a json object.
""",
    ),
    FileRule(
        code="KC020",
        name="short-loss-name-in-hdf5",
        severity=Severity.WARNING,
        summary="Keras 3 saves a short loss name to HDF5 and does not load it again",
        remedy="save as .keras, or compile with the long name of the loss",
        page="""\
## What it is
The file is HDF5 of Keras 3 and its loss is `"mse"`, `"mae"`, `"mape"`, `"msle"`,
`"bce"` or `"kld"`. Saving works; `load_model()` raises `Could not deserialize
'keras.metrics.mse' because it is not a KerasSaveable subclass`, since both a loss and
a metric have that name. Measured on Keras 3.3.3, 3.12.1 and 3.15.1; 3.0.5 and 3.6.0
raise `Could not locate function 'mse'`. Long names, and `.keras`, load.

## What to do
Load this file with `load_model(path, compile=False)` and compile it anew. Compile with
`"mean_squared_error"`, or save as `.keras`.
""",
    ),
    FileRule(
        code="KC021",
        name="partial-as-loss",
        severity=Severity.WARNING,
        summary="a functools.partial was saved as the loss, and its arguments were not",
        remedy="compile with a loss object, which saves its arguments",
        page="""\
## What it is
A `functools.partial` is saved by its name alone. The arguments, `from_logits` among
them, are not in the file, and `load_model()` raises. Measured on files of Keras 2.15;
Keras 3.15.1 refuses to save one.

## What to do
Compile with an object that takes the arguments, such as
`keras.losses.BinaryCrossentropy(from_logits=True)`.
""",
    ),
    FileRule(
        code="KC022",
        name="activation-that-does-not-load",
        severity=Severity.NOTE,
        summary="an activation is a function of TensorFlow that Keras does not load",
        remedy="build the layer with the name of the activation, such as 'softmax'",
        page="""\
## What it is
The layer was built with `tf.nn.softmax`, `tf.nn.log_softmax`, `tf.nn.swish` or
`tf.exp`. Keras saves such a function by its own name, `softmax_v2`, `log_softmax_v2`,
`swish` or `exp`, and raises when it loads a file with that name. Measured on Keras
3.15.1 with `.keras` and `.h5`. `tf.nn.relu`, `tf.nn.sigmoid`, `tf.nn.gelu` and
`tf.nn.leaky_relu` are saved as Keras's own and load.

## What to do
Build the layer with `activation="softmax"`. This file loads with
`custom_objects={"softmax_v2": tf.nn.softmax}`. Training is not touched, which is why
this is a note.
""",
    ),
    FileRule(
        code="KC023",
        name="loss-argument-not-saved",
        severity=Severity.NOTE,
        summary="an argument of the loss will not be saved",
        remedy="compile the model anew after loading it",
        page="""\
## What it is
Keras 3 leaves `delta` out when it saves a `Huber`, and `axis` when it saves a
`CosineSimilarity`. Once loaded they are 1.0 and -1, whatever they were. Measured on
Keras 3.15.1, `.keras` and `.h5`: a `Huber(delta=2.0)` gave 18.0 for a sample before
saving and 9.5 after. Keras 3.0 to 3.15 are alike by their source.

It is told of live models alone: the file does not say what the argument was.

## What to do
Compile anew after loading.
""",
    ),
    FileRule(
        code="KC024",
        name="keras-2-file",
        severity=Severity.NOTE,
        summary="a file of Keras 2 that Keras 3 does not load",
        remedy="load it with tf_keras, or with the Keras that wrote it",
        page="""\
## What it is
Keras 2 wrote something into this file that Keras 3 has no class or argument for:

- a loss object with `fn` or with `reduction="auto"`, in `.h5` and `.keras` alike;
- a `.keras` archive whose model is of `keras.src.engine` or `keras.engine`, as every
  functional model is;
- a `.keras` archive whose optimizer is of `keras.optimizers.experimental`.

Measured by loading files of Keras 2.12 and 2.15 with Keras 3.15.1: each such file
raised. Files of Keras 2 without any of these mostly load. kerascheck has read the
model all the same.

## What to do
Nothing, where the model is used with the Keras that wrote it. Else load it with
`tf_keras`; its weights move by `save_weights()` and `load_weights()`.
""",
    ),
    FileRule(
        code="KC025",
        name="lambda-layer",
        severity=Severity.NOTE,
        summary="a Lambda layer holds bytecode, which Keras does not load unasked",
        remedy="use a layer of Keras, or a registered one of your own",
        page="""\
## What it is
A `Lambda` layer around a Python `lambda` is saved as bytecode. `load_model()` raises
unless it is told `safe_mode=False`, as loading would run what the file holds. Measured
on Keras 3.15.1, `.keras` and `.h5`. kerascheck never looks into the bytecode.

## What to do
Write the expression with `keras.ops` in a functional model, or as a layer that is
registered with `keras.saving.register_keras_serializable()`.
""",
    ),
    FileRule(
        code="KC026",
        name="pointer-without-model",
        severity=Severity.ERROR,
        summary="a pointer of DVC or git-annex stands where the model should be",
        remedy="fetch the model with `dvc pull` or `git annex get`",
        page="""\
## What it is
DVC and git-annex keep large files outside the repository. What a commit holds is a
`.dvc` file or an entry of `dvc.lock` that names the model, or a link or a short text
in its place. The model itself is not in this tree, so nothing was checked.

Such a pointer is counted among what was passed over even where this finding is
ignored.

## What to do
Run `dvc pull`, or `git annex get PATH`, before the check. A model that is left out on
purpose can be named in `exclude` in the configuration, by the path of its pointer.
""",
    ),
    FileRule(
        code="KC027",
        name="label-file-not-used",
        severity=Severity.NOTE,
        summary="a label file that lies beside the model is not used",
        remedy="keep one label file for each model, or name it with `--labels`",
        page="""\
## What it is
Labels are found beside a model by their name. Either several files fit, and the
message says which one was chosen, or a file is a link out of the tree, a link that
leads nowhere, or not a regular file, and is not opened.

Names that belong to one model (`model.labels.npy`) come before those for all models of
a folder (`labels.npy`), and npy before npz, csv and json. So a new file can take the
place of the one that was used until now, which this note makes visible.

## What to do
Remove the file that is not meant, or name the right one with `--labels` or in the
configuration.
""",
    ),
)

_CODES = {
    "git-lfs-pointer": "KC002",
    "weights-only": "KC003",
    "exported": "KC004",
    "uncompiled": "KC005",
    "not-compiled": "KC005",
    "architecture-only": "KC005",
    "wrong-extension": "KC006",
    "duplicate-key": "KC007",
    "duplicate-member": "KC007",
    "nul-in-name": "KC007",
    "polyglot": "KC007",
    "unreadable-labels": "KC008",
    "unused-suppression": "KC009",
    "own-compile-config": "KC010",
    "loss-mismatch": "KC011",
    "odd-encoding": "KC012",
    "odd-value": "KC012",
    "metric-mismatch": "KC011",
    "broken-graph": "KC013",
    "graph-too-large": "KC013",
    "bad-metadata": "KC014",
    "unknown-keras-version": "KC014",
    "labels-for-no-head": "KC015",
    "short-loss-name": "KC020",
    "partial-loss": "KC021",
    "foreign-activation": "KC022",
    "lost-argument": "KC023",
    "keras-2-file": "KC024",
    "lambda-layer": "KC025",
    "dvc-pointer": "KC026",
    "git-annex-pointer": "KC026",
    "label-file-not-used": "KC027",
}

_REMEDIES = {
    "not-compiled": "call `compile()` before the model is checked",
    "dvc-pointer": "fetch the model with `dvc pull`",
    "git-annex-pointer": "fetch the model with `git annex get`",
}
"""What to do, where one kind of problem needs other words than its card."""

_BY_CODE = {card.code: card for card in CARDS}


def rule_for(kind: str) -> FileRule:
    """Return the card for what a reader met; an unheard-of kind is an odd value."""
    return _BY_CODE[_CODES.get(kind, "KC012")]


def finding_of(problem: Problem, path: str) -> Finding:
    """Return the finding for something a reader met in the model at `path`."""
    return _finding(rule_for(problem.kind), problem, path)


def unreadable(kind: str, message: str, path: str) -> Finding:
    """Return the finding for a model that can not be read, and why."""
    card = _BY_CODE[_CODES.get(kind, "KC001")]
    return _finding(card, Problem(kind=kind, message=message), path)


def unused_suppression(message: str, path: str, severity: Severity) -> Finding:
    """Return the finding for an entry of the file at `path` that does nothing."""
    problem = Problem(kind="unused-suppression", message=message)
    return replace(_finding(rule_for(problem.kind), problem, path), severity=severity)


def _finding(card: FileRule, problem: Problem, path: str) -> Finding:
    return Finding(
        code=card.code,
        name=card.name,
        severity=card.severity,
        harm=card.harm,
        message=problem.message,
        model=path,
        head=problem.head,
        location=_location(problem),
        pointer=problem.origin.rpartition(": ")[2] if "/" in problem.origin else "",
        fix=_remedy(card, problem),
    )


def _location(problem: Problem) -> str:
    if problem.head is not None:
        return f"heads.{problem.head}"
    return problem.origin if "/" in problem.origin else ""


def _remedy(card: FileRule, problem: Problem) -> Fix | None:
    title = _REMEDIES.get(problem.kind, card.remedy)
    if title is None:
        return None
    return Fix(title=title, applicability=Applicability.DISPLAY)
