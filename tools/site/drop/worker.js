// Checks files in a worker: Python as WebAssembly, and kerascheck in it.
//
// The page ends this worker if it takes too long. Files are read in pieces, where they
// are, and nothing in them is run; once all is loaded, nothing here can reach a network.
import createModule from "./pyodide/pyodide.asm.mjs";
import { loadPyodide } from "./pyodide/pyodide.mjs";

const HOME = "/lib/checker";
const FOLDER = "/dropped";
const NETWORK = ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport"];

async function fetched(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer;
}

/** Return the memory of a Python that has imported kerascheck; see snapshot.mjs. */
async function snapshot() {
  const { body } = await fetched("snapshot.gz");
  const whole = new Response(body.pipeThrough(new DecompressionStream("gzip")));
  return new Uint8Array(await whole.arrayBuffer());
}

async function start() {
  const home = new URL("pyodide/", import.meta.url).href;
  const archive = fetched("kerascheck.zip").then((answer) => answer.arrayBuffer());
  const memory = await snapshot();
  const python = await loadPyodide({
    indexURL: home,
    _loadSnapshot: memory,
    async createPyodideModule(settings) {
      const module = await createModule(settings);
      if (module.HEAP8.length < memory.length) module.growMemory(memory.length);
      return module;
    },
  });
  const source = await archive;
  python.unpackArchive(source, "zip", { extractDir: HOME });
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
