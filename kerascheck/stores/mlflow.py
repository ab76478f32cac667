"""Models of an MLflow registry or run: where their artifacts are, and their labels.

The registry is asked through MLflow's own client, which finds server and credentials
as MLflow documents it. Artifacts are read from where they are, by ranges.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from kerascheck.model.errors import UnreadableModel, UsageError
from kerascheck.model.typed import Any, Final, TypeVar
from kerascheck.stores.address import Address
from kerascheck.stores.mlflow_artifacts import artifact_store
from kerascheck.stores.open import open_store, silence
from kerascheck.stores.store import Store, time_limit

Answer = TypeVar("Answer")

MODELS: Final = "models:/"
RUNS: Final = "runs:/"

_ON_SERVER: Final = "mlflow-artifacts"
_PAGE: Final = 100
_MAX_LINKS: Final = 5
"""Sources of versions that lead to other versions, as copies do."""

_LABEL_ENDINGS: Final = (".npy", ".npz", ".csv", ".json")


class Registered(NamedTuple):
    """One version of a registered model, or the model of a run.

    Attributes:
        name: As reports call it: `models:/wine/3`.
        source: Where MLflow says its artifacts are.
        run_id: The run that logged it; None: not known.
        may_be_empty: Whether it is all right if no model is there.
    """

    name: str
    source: str
    run_id: str | None = None
    may_be_empty: bool = False


class Registry:
    """What a tracking server knows."""

    def __init__(self) -> None:
        """Connect to the server that MLflow's settings name.

        Raises:
            UsageError: MLflow is not installed, or its settings are wrong.
        """
        for name, value in (
            ("MLFLOW_HTTP_REQUEST_TIMEOUT", f"{time_limit():g}"),
            ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2"),
        ):
            os.environ.setdefault(name, value)
        try:
            import mlflow
        except ImportError:
            raise UsageError(
                f"{MODELS} and {RUNS} need the extra 'mlflow': "
                "pip install 'kerascheck[mlflow]'"
            ) from None
        silence("mlflow", "urllib3", "alembic", "sqlalchemy")
        try:
            self._tracking: str = mlflow.get_tracking_uri()
            for uri in (self._tracking, mlflow.get_registry_uri()):
                _require_existing(uri)
            self._client: Any = mlflow.MlflowClient()
        except UsageError:
            raise
        except Exception as error:
            raise UsageError(
                "MLflow cannot be used with MLFLOW_TRACKING_URI as it is set: "
                f"{type(error).__name__}"
            ) from None

    def find(self, address: Address) -> Iterator[Registered]:
        """Yield the models that an address names, a version at a time.

        Args:
            address: `models:/NAME/VERSION`, `models:/NAME@ALIAS`, `models:/NAME` with
                all versions, `models:/` with all models, or `runs:/RUN/PATH`.

        Raises:
            UnreadableModel: There is none, or the server does not answer.
        """
        if address.startswith(RUNS):
            yield from self._of_run(address)
            return
        wanted = address.removeprefix(MODELS).strip("/")
        name, _, version = wanted.partition("/")
        name, at, alias = name.partition("@")
        if version.isdecimal():
            yield _registered(self._ask("get_model_version", name, version))
        elif at:
            yield _registered(self._ask("get_model_version_by_alias", name, alias))
        elif version:
            raise UnreadableModel("not-found", "a version is a number, or an alias: @")
        elif name.startswith("m-"):
            yield Registered(str(address), str(address))
        else:
            yield from self._versions(name)

    def _of_run(self, address: Address) -> Iterator[Registered]:
        """Yield what a run logged: models of MLflow 3, and its own artifacts."""
        run_id, _, path = address.removeprefix(RUNS).partition("/")
        if path.strip("/"):
            yield Registered(str(address), str(address), run_id)
            return
        models = self._logged(run_id)
        home = f"{RUNS}{run_id}"
        yield Registered(home, home, run_id, may_be_empty=bool(models))
        for name in models:
            yield Registered(f"{home}/{name}", f"{home}/{name}", run_id)

    def _logged(self, run_id: str) -> dict[str, str]:
        """Return the models that a run logged by their names, each with its place.

        Since MLflow 3 they are not among the artifacts of the run.
        """
        outputs = getattr(self._ask("get_run", run_id), "outputs", None)
        found: dict[str, str] = {}
        for one in outputs.model_outputs if outputs else ():
            model = self._ask("get_logged_model", one.model_id)
            found[model.name] = model.artifact_location
        return found

    def open(self, model: Registered) -> tuple[Store, str]:
        """Return the store of a model's artifacts, and the address of their folder.

        Raises:
            UnreadableModel: MLflow does not say where they are.
            UsageError: The store cannot be used.
        """
        return self._store(self._location(model.source))

    def datasets(self, model: Registered) -> Iterator[str]:
        """Yield the addresses of files with labels that the run was trained on.

        Raises:
            UnreadableModel: The server does not answer.
        """
        if model.run_id is None:
            return
        inputs = self._ask("get_run", model.run_id).inputs
        for logged in inputs.dataset_inputs if inputs else ():
            for key in ("uri", "url", "path"):
                uri = _parsed(logged.dataset.source).get(key)
                if isinstance(uri, str) and uri.lower().endswith(_LABEL_ENDINGS):
                    yield uri

    def tag(self, model: Registered, tags: dict[str, str]) -> None:
        """Write tags to a version of a registered model.

        Raises:
            UnreadableModel: The server does not take them.
        """
        name, _, version = model.name.removeprefix(MODELS).rpartition("/")
        for key, value in tags.items():
            self._ask("set_model_version_tag", name, version, key, value)

    def _versions(self, name: str) -> Iterator[Registered]:
        """Yield all versions of one model, or of all, in pages, the newest first."""
        names = [name] if name else self._names()
        for one in names:
            quoted = one.replace("'", "\\'")
            found = self._pages("search_model_versions", f"name='{quoted}'")
            yield from map(_registered, found)
            if name and not found:
                raise UnreadableModel("not-found", "no version of this name")

    def _names(self) -> Iterator[str]:
        token = None
        while True:
            page = self._ask(
                "search_registered_models", max_results=_PAGE, page_token=token
            )
            yield from (model.name for model in page)
            token = page.token
            if not token:
                return

    def _pages(self, method: str, wanted: str) -> list[Any]:
        found: list[Any] = []
        token = None
        while True:
            page = self._ask(method, wanted, max_results=_PAGE, page_token=token)
            found += page
            token = page.token
            if not token:
                return found

    def _location(self, source: str) -> str:
        """Return where artifacts are, all names of MLflow resolved."""
        for _ in range(_MAX_LINKS):
            if source.startswith(RUNS):
                run_id, _, path = source.removeprefix(RUNS).partition("/")
                name, _, rest = path.partition("/")
                root = self._logged(run_id).get(name) if name else None
                if root is not None:
                    path = rest
                else:
                    root = self._ask("get_run", run_id).info.artifact_uri
                source = f"{root.rstrip('/')}/{path}"
            elif source.startswith(f"{MODELS}m-"):
                name, _, path = source.removeprefix(MODELS).partition("/")
                root = self._ask("get_logged_model", name).artifact_location
                source = f"{root.rstrip('/')}/{path}"
            elif source.startswith(MODELS):
                source = next(self.find(Address(source))).source
            else:
                return source.rstrip("/")
        raise UnreadableModel("not-found", "its source leads in a circle")

    def _store(self, location: str) -> tuple[Store, str]:
        parts = urlsplit(location)
        if parts.scheme == _ON_SERVER:
            host = f"https://{parts.netloc}" if parts.netloc else self._tracking
            return artifact_store(host, self._tracking, parts.path)
        if not parts.scheme:
            location = f"file://{os.path.abspath(location)}"
        return open_store(Address(location)), location

    def _ask(self, method: str, *arguments: Any, **options: Any) -> Any:
        return _asked(lambda: getattr(self._client, method)(*arguments, **options))


def _require_existing(uri: str) -> None:
    """Refuse a store of this machine that is not there: MLflow would make one.

    Raises:
        UsageError: It is not.
    """
    scheme, colon, path = uri.partition(":")
    if scheme.startswith("databricks"):
        return
    if scheme == "sqlite":
        path = path.removeprefix("///").partition("?")[0]
    elif colon and scheme != "file":
        return
    else:
        path = urlsplit(uri).path if colon else uri
    if path and not os.path.exists(path):
        raise UsageError(
            "MLflow finds no tracking server and no store on this machine; "
            "MLFLOW_TRACKING_URI says where one is"
        )


def _asked(request: Callable[[], Answer]) -> Answer:
    """Return the answer of MLflow's client.

    Raises:
        UnreadableModel: It failed; the message holds no address.
    """
    try:
        return request()
    except Exception as error:
        code = str(getattr(error, "error_code", type(error).__name__))
    if code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE", "NOT_FOUND"):
        raise UnreadableModel("not-found", f"MLflow knows no such model ({code})")
    if code in ("PERMISSION_DENIED", "UNAUTHENTICATED"):
        raise UnreadableModel("no-permission", f"MLflow does not allow it ({code})")
    raise UnreadableModel("io-error", f"the tracking server failed ({code})")


def _registered(version: Any) -> Registered:
    name = f"{MODELS}{version.name}/{version.version}"
    return Registered(name, version.source, version.run_id or None)


def _parsed(source: str) -> dict[str, Any]:
    try:
        parsed = json.loads(source)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
