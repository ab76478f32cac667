"""python -m kerascheck."""

import os
import sys

started_with = list(sys.path)
if not sys.flags.safe_path and sys.path[:1] == [os.getcwd()]:
    # `python -m` puts the working folder first, which may be what is checked: nothing
    # is imported from there from here on, not even what the next line needs.
    del sys.path[0]

from kerascheck.cli import main  # noqa: E402

main(import_path=started_with)
