// The chooser: five selects, and what is known of the combination that they name.
"use strict";

(() => {
  const data = window.KERASCHECK;
  const form = document.getElementById("chooser");
  const answer = document.getElementById("answer");
  const BACKENDS = { tensorflow: "TensorFlow", jax: "JAX" };
  const VERDICTS = {
    right: "Right.",
    "also works": "Works as well; not the usual loss for this task.",
    weaker: "No fault is known, but it trained less well than what is right.",
    "works by accident": "A fault, and yet it reached the best accuracy on TensorFlow.",
    wrong: "Wrong.",
    raises: "fit raises.",
  };
  const FIELDS = [
    ["task", "What is to be learned"],
    ["labels", "How labels are written"],
    ["units", "Units of the last layer"],
    ["activation", "Its activation"],
    ["loss", "Loss"],
    ["metric", "Metric"],
  ];
  const selects = {};

  /** Make an element with attributes and children; text is never parsed as HTML. */
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  const unique = (values) => [...new Set(values)];
  const chosen = (name) => selects[name].value;
  const isHard = (training) => training.task.endsWith("_hard");
  const classesOf = (training) => training.task === "regression" ? ""
    : isHard(training) ? "overlapping" : "separated";
  const lossText = (cell) =>
    cell.from_logits ? `${cell.loss}, from_logits=True` : cell.loss;

  function cellsOf(task, labels) {
    return data.cells.filter((c) => c.task === task && c.labels === labels);
  }

  function fill(name, options, wanted) {
    selects[name].replaceChildren(
      ...options.map(([value, text]) => element("option", { value }, text)),
    );
    const known = options.map(([value]) => value);
    selects[name].value = known.includes(wanted) ? wanted : known[0];
  }

  function build() {
    for (const [name, text] of FIELDS) {
      selects[name] = element("select", { id: `choose-${name}`, name });
      form.append(
        element("div", {}, element("label", { for: `choose-${name}` }, text),
          selects[name]),
      );
    }
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", (event) => {
      const first = ["task", "labels"].includes(event.target.name);
      refill(first ? { task: chosen("task"), labels: chosen("labels") } : now());
    });
    window.addEventListener("hashchange", () => {
      const wanted = fromAddress();
      if (FIELDS.some(([name]) => wanted[name] && wanted[name] !== chosen(name)))
        refill(wanted);
    });
    refill(fromAddress());
  }

  function now() {
    return Object.fromEntries(FIELDS.map(([name]) => [name, chosen(name)]));
  }

  function fromAddress() {
    return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  }

  /** Fill each select with what is there, given the ones before it. */
  function refill(wanted) {
    fill("task", data.tasks.map((t) => [t.name, t.text]), wanted.task);
    const task = data.tasks.find((t) => t.name === chosen("task"));
    fill("labels", task.labels.map((l) => [l.name, `${l.name}: ${l.text}`]),
      wanted.labels);
    const cells = cellsOf(task.name, chosen("labels"));
    const best = cells.find((c) => c.verdict === "right") || cells[0];
    const of = (name) => wanted[name] ?? String(best[name]);
    fill("units", unique(cells.map((c) => String(c.units))).map((u) => [u, u]),
      of("units"));
    fill("activation", unique(cells.map((c) => c.activation)).map((a) =>
      [a, a === "linear" ? "none (linear: logits)" : a]), of("activation"));
    fill("loss", unique(cells.map(lossText)).map((l) => [l, l]),
      wanted.loss ?? lossText(best));
    const metrics = unique(data.cells.filter((c) => c.task === task.name)
      .flatMap((c) => c.metrics.map((m) => m.code)));
    fill("metric", [["", "none"], ...metrics.map((m) => [m, m])], wanted.metric ?? "");
    const address = `#${new URLSearchParams(now())}`;
    if (location.hash !== address) history.replaceState(null, "", address);
    show(cells);
  }

  function show(cells) {
    const cell = cells.find((c) => String(c.units) === chosen("units") &&
      c.activation === chosen("activation") && lossText(c) === chosen("loss"));
    answer.replaceChildren(
      ...(cell ? details(cell) : [element("p", { class: "verdict" },
        "Not measured. kerascheck MODEL judges it all the same.")]),
      ...rightOnes(cells, cell),
    );
  }

  function details(cell) {
    return [
      element("p", { class: "verdict", "data-verdict": cell.verdict },
        VERDICTS[cell.verdict]),
      ...rules(cell.codes),
      figures(cell),
      curves(cell),
      ...metric(cell),
      ...code(cell),
    ];
  }

  function rules(codes) {
    if (!codes.length) return [];
    return [element("ul", {}, ...codes.map((name) => {
      const rule = data.rules[name];
      return element("li", {},
        element("a", { href: rule.page }, `${name} ${rule.name}`),
        `: ${rule.summary}. In the log: ${rule.log}`);
    }))];
  }

  const digits = (value) => value === null ? "" : value.toFixed(2);

  function figures(cell) {
    const regression = cell.task === "regression";
    const heads = ["backend", "classes", regression ? "R²" : "true accuracy",
      "calibration error", "loss", "outcome"];
    const rows = cell.trainings.map((t) => [
      BACKENDS[t.backend], classesOf(t),
      digits(regression ? t.r_squared : t.accuracy), digits(t.ece),
      t.first_loss === null ? "" : `${t.first_loss} to ${t.last_loss}`,
      t.error || t.outcome,
    ]);
    return element("div", { class: "scroll" }, element("table", {},
      element("caption", {}, `Measured with ${data.environment}`),
      element("thead", {}, element("tr", {},
        ...heads.map((h) => element("th", { scope: "col" }, h)))),
      element("tbody", {}, ...rows.map((row) => element("tr", {},
        ...row.map((text) => element("td", {}, text)))))));
  }

  /** Draw the training loss; the table says in figures what it shows. */
  function curves(cell) {
    const drawn = cell.trainings.filter((t) => t.backend === "tensorflow" &&
      t.curve.length > 1 && t.curve.every((v) => v !== null));
    if (!drawn.length) return "";
    const values = drawn.flatMap((t) => t.curve);
    const low = Math.min(0, ...values), high = Math.max(...values, low + 1e-9);
    const [width, height, left, bottom] = [400, 160, 48, 20];
    const x = (i, n) => left + (width - left - 10) * i / (n - 1);
    const y = (v) => 10 + (height - bottom - 10) * (high - v) / (high - low);
    const line = (t) => t.curve.map((v, i) =>
      `${i ? "L" : "M"}${x(i, t.curve.length).toFixed(1)} ${y(v).toFixed(1)}`).join("");
    const svg = svgElement("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": `Training loss on TensorFlow, ${drawn.map((t) =>
        `${classesOf(t)} ${t.first_loss} to ${t.last_loss}`.trim()
      ).join(", ")}` });
    for (const [value, at] of [[high, 10], [low, height - bottom]]) {
      const text = svgElement("text", { x: left - 6, y: at + 4, "text-anchor": "end",
        "font-size": 11, fill: "currentColor" });
      text.textContent = Number(value.toPrecision(3));
      svg.append(text, svgElement("path", { d: `M${left} ${at}H${width - 10}`,
        stroke: "currentColor", "stroke-opacity": 0.25, fill: "none" }));
    }
    for (const t of drawn)
      svg.append(svgElement("path", { d: line(t), fill: "none", "stroke-width": 2,
        stroke: "currentColor", "stroke-dasharray": isHard(t) ? "5 3" : "none" }));
    const lines = drawn.some(classesOf)
      ? ": separated classes (line), overlapping (dashes)" : "";
    return element("figure", {}, svg, element("figcaption", {},
      `Training loss on TensorFlow${lines}`));
  }

  function svgElement(name, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function metric(cell) {
    const name = chosen("metric");
    if (!name) return [];
    const found = cell.metrics.find((m) => m.code === name);
    if (!found) return [element("p", {}, `${name} was not measured of it.`)];
    const values = Object.values(found.values);
    const raised = values.find((v) => typeof v === "string");
    const text = raised ? `raises ${raised}` : `shows ${values.map(digits).join(", ")}`;
    return [element("p", { id: "metric-answer" }, element("code", {}, name), ` ${text}`),
      ...rules(found.codes)];
  }

  function code(cell) {
    if (!cell.code) return [];
    const name = chosen("metric");
    const text = name && !cell.code.includes("metrics=")
      ? cell.code.replace(/(\n {4}loss=[^\n]*,\n|loss=[^\n]*?(?=\)$))/m, (loss) =>
        loss.startsWith("\n") ? `${loss}    metrics=[${name}],\n`
          : `${loss}, metrics=[${name}]`)
      : cell.code;
    const copy = element("button", { type: "button", onclick: () =>
      navigator.clipboard?.writeText(text).then(() => {
        copy.textContent = "Copied";
      }) }, "Copy the code");
    return [element("pre", { tabindex: "0" }, element("code", { id: "code" }, text)),
      copy];
  }

  function rightOnes(cells, cell) {
    const right = cells.filter((c) => c.verdict === "right" && c !== cell);
    if (!right.length) return [];
    return [
      element("h2", {}, "Right for these labels"),
      element("ul", {}, ...right.map((c) => element("li", {},
        element("button", { type: "button", onclick: () => {
          refill({ ...now(), units: String(c.units), activation: c.activation,
            loss: lossText(c) });
          selects.units.focus();
        } }, `${c.units} units, ${c.activation}, ${lossText(c)}`)))),
    ];
  }

  build();
})();
