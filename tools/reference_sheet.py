"""Makes the file of measured figures that ships with the package.

python -m tools.reference_sheet --out FILE trains every matrix on the backend in use.
It needs Keras, that backend and numpy, nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time

from kerascheck.confirm.evidence.matrix import matrices
from kerascheck.confirm.evidence.summarize import sheet_of
from kerascheck.confirm.evidence.table_row import Sheet


def main(arguments: list[str] | None = None) -> None:
    """Train, and write what was measured."""
    parser = argparse.ArgumentParser(prog="tools.reference_sheet", description=__doc__)
    parser.add_argument("--out", required=True, help="file to write")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--device", choices=("auto", "cpu", "gpu"), default="auto")
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from kerascheck.confirm.train.training import train

    started = time.monotonic()
    setups = [setup for matrix in matrices().values() for setup in matrix]
    results = train(setups, seeds=options.seeds, device=options.device, progress=_tell)
    text = packed(sheet_of(results, options.seeds))
    with open(options.out, "w", encoding="utf-8") as file:
        file.write(text)
    seconds = time.monotonic() - started
    print(f"{len(setups)} setups, {len(text)} bytes, {seconds:.0f} s")


def packed(sheet: Sheet) -> str:
    """Return a sheet as JSON text, one row a line."""
    plain = sheet.to_dict()
    rows = plain.pop("rows")
    assert isinstance(rows, dict)
    head = json.dumps(plain, allow_nan=False)
    lines = ",\n".join(
        f"{json.dumps(name)}:{json.dumps(row, separators=(',', ':'), allow_nan=False)}"
        for name, row in rows.items()
    )
    return f'{head[:-1]}, "rows": {{\n{lines}\n}}}}\n'


def _tell(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{100 * done // of} %", end="", file=sys.stderr)


if __name__ == "__main__":
    main()
