"""Promote the candidate of a registered model, if kerascheck passes it."""

import subprocess
import sys

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

CANDIDATE = "candidate"
CHAMPION = "champion"


def main(name: str, *options: str) -> int:
    """Check the candidate, and make it the champion if it passed.

    Args:
        name: The registered model.
        options: Further ones of `kerascheck mlflow tag`.
    """
    client = MlflowClient()
    version = client.get_model_version_by_alias(name, CANDIDATE).version
    address = f"models:/{name}/{version}"
    kerascheck = [sys.executable, "-m", "kerascheck", "mlflow", "tag", address]
    code = subprocess.run([*kerascheck, "--locked", *options], check=False).returncode
    verdict = client.get_model_version(name, version).tags.get("kerascheck.verdict")
    if code or verdict != "passed":
        print(f"{address} stays a {CANDIDATE}: {verdict}")
        return code or 1
    client.set_registered_model_alias(name, CHAMPION, version)
    print(f"{address} is the {CHAMPION} now")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except MlflowException as error:
        print(f"the registry does not answer as it should: {error.error_code}")
        sys.exit(2)
