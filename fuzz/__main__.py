"""python -m fuzz TARGET …: see `guided.py`."""

import sys

from fuzz.guided import main

main(sys.argv[1:])
