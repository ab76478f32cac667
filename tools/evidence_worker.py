"""The child process of the sweep: trains one part of the space.

    python -m tools.evidence_worker RESULTS.json.gz < part.json

One backend a process: Keras reads KERAS_BACKEND when it is imported.
"""

from __future__ import annotations

import gzip
import json
import sys

from kerascheck.confirm.result import Raised
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.train.single_fit import error_of_fit
from kerascheck.confirm.train.training import train
from kerascheck.trust.replace_file import replace_file


def main(target: str) -> None:
    """Train what standard input lists, or fit each setup alone; write the results."""
    part = json.load(sys.stdin)
    setups = [Setup.from_dict(plain) for plain in part["setups"]]
    if part["fit"]:
        found: list[object] = [_plain(error_of_fit(setup)) for setup in setups]
    else:
        results = train(setups, seeds=part["seeds"], device="cpu")
        found = [result.to_dict() for result in results]
    data = json.dumps(found, allow_nan=False).encode()
    replace_file(target, gzip.compress(data, mtime=0))


def _plain(error: Raised | None) -> list[str | None] | None:
    return None if error is None else [error.type, error.message, error.cause]


if __name__ == "__main__":
    main(sys.argv[1])
