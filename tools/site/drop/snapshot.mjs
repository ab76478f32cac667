// Writes the memory of a Python that has kerascheck imported: the page starts from it.
//
//   node snapshot.mjs kerascheck.json.gz snapshot.gz FILE...
//
// The files are checked once before, so that what a check imports is there.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

import { HOME, unpack } from "./unpack.mjs";

const [source, made, ...files] = process.argv.slice(2);
const home = join(dirname(fileURLToPath(import.meta.url)), "node_modules", "pyodide");
const { loadPyodide } = await import(join(home, "pyodide.mjs"));

const bytes = (path) => new Uint8Array(readFileSync(path));
const python = await loadPyodide({ indexURL: `${home}/`, _makeSnapshot: true });
unpack(python.FS, JSON.parse(gunzipSync(bytes(source)).toString()));
python.FS.mkdir("/dropped");
for (const path of files) python.FS.writeFile(`/dropped/${basename(path)}`, bytes(path));
python.runPython(`
import json, os, sys
sys.path.insert(0, "${HOME}")
import dropped
found = json.loads(dropped.answer("/dropped", ""))
assert "html" in found, found
os.chdir("/")
del found
`);
writeFileSync(made, gzipSync(python.makeMemorySnapshot(), { level: 9 }));
