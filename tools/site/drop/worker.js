// Checks files in a worker: Python as WebAssembly, and kerascheck in it.
//
// The page ends this worker if it takes too long. Files are read in pieces, where they
// are, and nothing in them is run; once all is loaded, nothing here can reach a network.
import createModule from "./pyodide/pyodide.asm.mjs";
import { loadPyodide } from "./pyodide/pyodide.mjs";
import { unpack } from "./unpack.mjs";

const FOLDER = "/dropped";
const NETWORK = ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport"];

async function fetched(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer;
}

async function inflated(name) {
  const { body } = await fetched(name);
  return new Response(body.pipeThrough(new DecompressionStream("gzip")));
}

/** Return the memory of a Python that has imported kerascheck; see snapshot.mjs. */
async function snapshot() {
  return new Uint8Array(await (await inflated("snapshot.gz")).arrayBuffer());
}

async function start() {
  const home = new URL("pyodide/", import.meta.url).href;
  const files = inflated("kerascheck.json.gz").then((answer) => answer.json());
  const memory = snapshot();
  const python = await loadPyodide({
    indexURL: home,
    _loadSnapshot: memory, // awaited there, while the program is fetched
    async createPyodideModule(settings) {
      const module = await createModule(settings);
      const { length } = await memory;
      if (module.HEAP8.length < length) module.growMemory(length);
      return module;
    },
  });
  unpack(python.FS, await files);
  python.FS.mkdir(FOLDER);
  const { answer } = python.pyimport("dropped");
  // The prototype has some of them, so that deleting them would not do.
  for (const name of NETWORK) Object.defineProperty(self, name, { value: undefined });
  postMessage({ kind: "ready" });
  return { python, answer };
}

/** Check files, which the folder shows while that lasts. */
async function check({ files, labels }) {
  const { python, answer } = await started;
  const { FS } = python;
  const blobs = files.map(({ name, file }) => ({ name, data: file }));
  FS.mount(FS.filesystems.WORKERFS, { blobs }, FOLDER);
  try {
    return JSON.parse(answer(FOLDER, labels));
  } finally {
    python.runPython("import os; os.chdir('/')");
    FS.unmount(FOLDER);
  }
}

const started = start();
started.catch((error) => postMessage({ kind: "broken", why: String(error) }));

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ kind: "answer", ...(await check(data)) });
  } catch (error) {
    postMessage({ kind: "failed", why: String(error.message ?? error).slice(-300) });
  }
});
