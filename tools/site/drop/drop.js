// The page that checks dropped files: it hands them to a worker and shows its report.
"use strict";

(() => {
  const LOAD_LIMIT = 120_000;
  const LIMIT = 20_000;
  const TEXTS = {
    loading: "Python and kerascheck are loading: some 20 MB, once.",
    ready: "Ready.",
    loads: "kerascheck is still loading; the check begins then.",
    nothing: "Choose a model, a program or a notebook first.",
    stopped: "Stopped.",
    slow: `The check took longer than ${LIMIT / 1000} seconds and was ended.`,
    crashed: "The check ended by itself, which it should not: ",
    absent: "The checker is not part of this copy of the site. Build it with " +
      "python -m tools drop.",
    disk: "Browsers run the checker from a server alone: " +
      "python -m http.server -d build/site, then http://localhost:8000/drop.html.",
  };
  const byId = (name) => document.getElementById(`drop-${name}`);
  const form = document.getElementById("drop");
  const status = byId("status");
  const report = byId("report");
  const stop = byId("stop");
  const base = new URL("drop/", document.baseURI);

  let worker = null;
  let ready = false;
  let timer = 0;
  let address = "";
  let subject = "";
  let keeps = false;
  const schemes = new Set(); // rules of the report for dark screens

  const say = (text) => { status.textContent = text; };

  // A worker from a blob inherits the policy of the page, so that it can reach no other
  // server; one from a file would have none.
  const text = `import ${JSON.stringify(new URL("worker.js", base).href)};`;
  const program = new Blob([text], { type: "text/javascript" });

  /** Start a worker, in place of one that was ended. */
  function start() {
    ready = false;
    const home = URL.createObjectURL(program);
    worker = new Worker(home, { type: "module" });
    worker.addEventListener("message", ({ data }) => TOLD[data.kind](data));
    worker.addEventListener("error", () => broken(TEXTS.absent));
    timer = setTimeout(() => broken(TEXTS.absent), LOAD_LIMIT);
  }

  function end() {
    clearTimeout(timer);
    worker.terminate();
    busy(false);
  }

  function broken(text) {
    end();
    form.querySelectorAll("button, input").forEach((field) => { field.disabled = true; });
    say(text);
  }

  function again(text) {
    end();
    start();
    say(text);
  }

  function busy(is) {
    form.setAttribute("aria-busy", String(is));
    stop.hidden = !is;
  }

  let waiting = null;

  const TOLD = {
    ready() {
      clearTimeout(timer);
      ready = true;
      form.dataset.state = "ready";
      if (status.textContent === TEXTS.loading) say(TEXTS.ready);
      if (waiting) send(waiting);
      else keep();
    },
    broken({ why }) {
      broken(`${TEXTS.absent} (${why})`);
    },
    failed({ why }) {
      again(TEXTS.crashed + why);
    },
    answer({ message, html, seconds }) {
      clearTimeout(timer);
      busy(false);
      say(`${subject}: ${message} (${seconds.toFixed(2)} s)`);
      if (html) show(html);
      keep();
    },
  };

  /** Show a report, in which no script runs. */
  function show(html) {
    report.srcdoc = html;
    byId("result").hidden = false;
    URL.revokeObjectURL(address);
    address = URL.createObjectURL(new Blob([html], { type: "text/html" }));
    byId("save").href = address;
  }

  function fit() {
    const page = report.contentDocument?.documentElement;
    if (page) report.style.height = `${page.scrollHeight + 4}px`;
  }

  /** Give the report the scheme of the site, which is not always that of the system. */
  function paint() {
    const page = report.contentDocument;
    const dark = document.body.dataset.mdColorScheme === "slate";
    for (const sheet of page?.styleSheets ?? []) {
      for (const rule of sheet.cssRules) {
        if (rule.media?.mediaText.includes("prefers-color-scheme")) schemes.add(rule);
      }
    }
    for (const rule of schemes) rule.media.mediaText = dark ? "all" : "not all";
    page?.documentElement.style.setProperty("color-scheme", dark ? "dark" : "light");
  }

  /** Check files; the second list are labels. */
  function check(models, labels) {
    if (!models.length) return say(TEXTS.nothing);
    const used = new Set();
    const named = [...models, ...labels].map((file) => ({ name: free(file, used), file }));
    const job = { files: named, labels: labels.length ? named.at(-1).name : "" };
    byId("result").hidden = true;
    busy(true);
    if (ready) return send(job);
    waiting = job;
    say(TEXTS.loads);
  }

  function send(job) {
    waiting = null;
    subject = job.files.map(({ name }) => name).join(", ").slice(0, 200);
    say(`Checking ${subject} …`);
    timer = setTimeout(() => again(TEXTS.slow), LIMIT);
    worker.postMessage(job);
  }

  /** Return a name for a file in a folder that no other file there has. */
  function free(file, used) {
    let name = file.name.replace(/[/\\\0]/g, "_").slice(-200);
    if (name === "" || name === "." || name === "..") name = "file";
    while (used.has(name)) name = `_${name}`;
    used.add(name);
    return name;
  }

  /**
   * Let a service worker keep what was loaded, so that the page works offline: once, and
   * after a report that somebody waits for.
   */
  async function keep() {
    if (keeps || !navigator.serviceWorker) return;
    keeps = true;
    const home = new URL("drop-cache.js", document.baseURI);
    try {
      await navigator.serviceWorker.register(home, { scope: new URL("drop", home) });
      const { active } = await navigator.serviceWorker.ready;
      navigator.serviceWorker.onmessage = () => { byId("offline").hidden = false; };
      const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
      const page = location.href.split("#")[0];
      active.postMessage([page, ...loaded.filter((name) => name.startsWith(location.origin))]);
    } catch {
      // Without one, as in a private window, the page needs its server again.
    }
  }

  async function example() {
    const names = ["model.keras", "labels.npy"];
    const files = names.map(async (name) => {
      const answer = await fetch(new URL(`example/${name}`, base));
      return new File([await answer.blob()], name);
    });
    const [model, labels] = await Promise.all(files);
    check([model], [labels]);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check([...byId("models").files], [...byId("labels").files]);
  });
  byId("example").addEventListener("click", example);
  stop.addEventListener("click", () => {
    waiting = null;
    if (ready) again(TEXTS.stopped);
    else busy(false);
    form.querySelector("button").focus();
  });
  report.addEventListener("load", () => {
    schemes.clear();
    paint();
    fit();
    // What is opened in the report needs room.
    report.contentDocument?.addEventListener("toggle", fit, true);
  });
  addEventListener("resize", fit);
  new MutationObserver(paint).observe(document.body, {
    attributeFilter: ["data-md-color-scheme"],
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    form.dataset.over = "";
  });
  addEventListener("dragleave", () => delete form.dataset.over);
  addEventListener("drop", (event) => {
    event.preventDefault();
    delete form.dataset.over;
    check([...event.dataTransfer.files], []);
  });

  if (location.protocol === "file:") {
    say(TEXTS.disk);
    form.querySelectorAll("button, input").forEach((field) => { field.disabled = true; });
    return;
  }
  say(TEXTS.loading);
  start();
})();
