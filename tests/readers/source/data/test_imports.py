"""What is known of arrays is known without NumPy."""

import subprocess
import sys

import pytest

CODE = """
import sys
from kerascheck.readers.source.data import library
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.call import Call
from kerascheck.readers.source.data.labels import labels_of
assert labels_of(as_array(MADE)) is not None
print(*sorted({"numpy", "pandas", "tensorflow", "keras"} & {*sys.modules}))
"""


@pytest.mark.parametrize(
    "made",
    [
        'library.call("numpy.loadtxt", Call(("y.txt",)))',
        'library.call("numpy.random.randint", Call((0, 9, 1000)))',
    ],
)
def test_labels_that_are_not_written_out_import_nothing(made):
    encoded = f'library.call("keras.utils.to_categorical", Call(({made},)))'
    assert printed(encoded) == ""


def test_literal_labels_are_measured_without_numpy():
    assert printed('library.call("numpy.array", Call(([0, 1, 1, 0],)))') == ""


def printed(made):
    code = CODE.replace("MADE", made)
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()
