// The accounts behind the findings: every rule, every file, every host, and how the run went.

function rulesSection() {
  const rules = page.rules;
  const known = Object.keys(page.statuses);
  const present = [...new Set([...known, ...rules.status])].filter((status) => rules.status.includes(status));
  const tally = (status) => rules.status.filter((other) => other === status).length;
  const on = new Set();
  let text = "";
  const boxes = chips("Status", present, (status) => [h("b", null, formatNumber(tally(status))), " " + visible(status).replaceAll("_", " ")], (status) => on.has(status), (status) => {
    if (!on.delete(status)) on.add(status);
    update();
  });
  const search = h("input", { type: "search", placeholder: "Search rules", "aria-label": "Search rules", spellcheck: "false" });
  search.addEventListener("input", () => {
    text = search.value.trim().toLowerCase();
    update();
  });
  const texts = rules.id.map((id, i) => [id, rules.title[i], rules.path[i], rules.reason[i], rules.techniques[i].join(" ")].join("\n").toLowerCase());
  const table = pagedTable({
    label: "Rules",
    size: 15,
    empty: "No rule fits the filters.",
    columns: [
      { title: "Level", class: "severity", cell: (i) => pill(rules.level[i]), key: (i) => KNOWN_LEVELS.indexOf(rules.level[i]) },
      { title: "Rule", class: "title", cell: (i) => [h("strong", null, visible(rules.title[i])), h("div", { class: "shape" }, log(rules.path[i] || rules.id[i]))], key: (i) => rules.title[i].toLowerCase() },
      { title: "Status", cell: (i) => h("span", { class: "state state-" + (known.includes(rules.status[i]) ? rules.status[i] : "other"), title: page.statuses[rules.status[i]] || null }, visible(rules.status[i]).replaceAll("_", " ")), key: (i) => known.indexOf(rules.status[i]) },
      { title: "Matches", class: "num", cell: (i) => [formatNumber(rules.matches[i]), rules.suppressed[i] ? h("div", { class: "quiet" }, `${formatNumber(rules.suppressed[i])} allowed`) : null], key: (i) => rules.matches[i], descends: true },
      { title: "Events looked at", class: "num", cell: (i) => formatNumber(rules.events[i]), key: (i) => rules.events[i], descends: true },
      { title: "Hosts", class: "num", cell: (i) => `${formatNumber(rules.hosts[i])} of ${formatNumber(rules.hosts_total[i])}`, key: (i) => rules.hosts[i], descends: true },
      { title: "Why", class: "reason", cell: (i) => [visible(rules.reason[i]), missingList(rules.missing[i])] },
    ],
  });

  function missingList(missing) {
    if (!missing.length) return null;
    return h("ul", { class: "missing" }, missing.map(([field, share, kills]) =>
      h("li", null, log(field, "mono"), ` is lacking in ${share < 1 && share > 0.995 ? "more than 99" : Math.round(share * 100)} % of its events${kills ? "; the rule needs it" : ""}`)));
  }

  // Matched ones first, and among equals the gravest.
  const inOrder = range(rules.id.length).sort((a, b) =>
    compare(known.indexOf(rules.status[a]), known.indexOf(rules.status[b])) || compare(KNOWN_LEVELS.indexOf(rules.level[a]), KNOWN_LEVELS.indexOf(rules.level[b])));

  function update() {
    boxes.update();
    table.show(inOrder.filter((i) => (!on.size || on.has(rules.status[i])) && (!text || texts[i].includes(text))));
  }

  const element = section("rules", "Rules, accounted for",
    h("p", { class: "quiet" }, "A rule that could not run says nothing about an intruder. Matched, ran without a match, or blind: each rule is one of these."),
    h("div", { class: "bar" }, search, boxes.element), table.element);
  return { element, update };
}

function logsSection() {
  const sources = page.sources;
  const parts = [];
  const table = pagedTable({
    label: "Files read",
    size: 10,
    empty: "No file was read.",
    columns: [
      { title: "File and SHA-256", class: "path", cell: (i) => [log(sources.path[i]), h("div", { class: "shape" }, sources.sha256[i] || "no digest")], key: (i) => sources.path[i] },
      { title: "Format", cell: (i) => [sources.format[i] || "unknown", sources.shape[i] ? h("div", { class: "quiet" }, log(sources.shape[i])) : null], key: (i) => sources.format[i] },
      { title: "Size", class: "num", cell: (i) => sizeText(sources.size[i]), key: (i) => sources.size[i], descends: true },
      { title: "Records", class: "num", cell: (i) => formatNumber(sources.present[i]), key: (i) => sources.present[i], descends: true },
      { title: "Events", class: "num", cell: (i) => formatNumber(sources.events[i]), key: (i) => sources.events[i], descends: true },
      { title: "Rejects", class: "num", cell: (i) => h("span", { class: sources.rejects[i] ? "bad" : null }, formatNumber(sources.rejects[i])), key: (i) => sources.rejects[i], descends: true },
      { title: "Notes", class: "reason", cell: sourceNotes },
    ],
  });

  function sourceNotes(i) {
    const notes = [];
    if (sources.fidelity[i] && sources.fidelity[i] !== "lossless") notes.push(`${sources.fidelity[i]} export`);
    if (sources.recovered[i]) notes.push(`${counted(sources.recovered[i], "record")} recovered`);
    const list = [...notes, ...sources.notes[i]].map((note) => h("li", null, log(note)));
    if (sources.lacking[i].length) list.push(h("li", null, "lacks ", log(sources.lacking[i].join(", "), "mono")));
    return list.length ? h("ul", { class: "missing" }, list) : null;
  }

  table.show(range(sources.path.length));
  parts.push(h("div", null, h("h3", null, "Files"), table.element));
  parts.push(rejectsPart(), refusalsPart());
  return section("logs", "Logs, accounted for", parts);
}

function rejectsPart() {
  const rejects = page.rejects;
  if (!rejects.total) return h("div", null, h("h3", null, "Rejects"), h("p", { class: "quiet" }, "Every record that is present became an event."));
  const table = pagedTable({
    label: "Rejects",
    size: 10,
    columns: [
      { title: "File", class: "path", cell: (i) => log(page.sources.path[rejects.rows[i][0]]) },
      { title: "Offset", class: "num", cell: (i) => formatNumber(rejects.rows[i][1]), key: (i) => rejects.rows[i][1] },
      { title: "Records", class: "num", cell: (i) => formatNumber(rejects.rows[i][2]), key: (i) => rejects.rows[i][2], descends: true },
      { title: "Reason", cell: (i) => log(rejects.rows[i][3]), key: (i) => rejects.rows[i][3] },
      { title: "Detail", class: "reason", cell: (i) => log(rejects.rows[i][4]) },
    ],
  });
  table.show(range(rejects.rows.length));
  return h("div", null, h("h3", null, "Rejects"),
    h("ul", { class: "reasons" }, rejects.reasons.map(([reason, count]) => h("li", null, h("b", null, formatNumber(count)), " ", log(reason, "mono")))),
    rejects.total > rejects.rows.length ? h("p", { class: "quiet" }, `The first ${formatNumber(rejects.rows.length)} of ${formatNumber(rejects.total)} places are listed; rejects.jsonl holds all.`) : null,
    table.element);
}

function refusalsPart() {
  if (!page.refusals.length) return h("div", null, h("h3", null, "Not opened"), h("p", { class: "quiet" }, "Every input was opened."));
  const table = pagedTable({
    label: "Inputs not opened",
    size: 10,
    columns: [
      { title: "Input", class: "path", cell: (i) => log(page.refusals[i][0]) },
      { title: "Reason", cell: (i) => log(page.refusals[i][1]) },
      { title: "What to do", class: "reason", cell: (i) => log(page.refusals[i][2]) },
    ],
  });
  table.show(range(page.refusals.length));
  return h("div", null, h("h3", null, "Not opened"), table.element);
}

function countTable(label, title, pairs, extra) {
  const most = Math.max(1, ...pairs.map(([, count]) => count));
  const table = pagedTable({
    label,
    size: 10,
    empty: "None.",
    columns: [
      { title, class: "name", cell: (i) => log(pairs[i][0]), key: (i) => pairs[i][0].toLowerCase() },
      { title: "Events", class: "num", cell: (i) => formatNumber(pairs[i][1]), key: (i) => pairs[i][1], descends: true },
      { title: "Share", class: "share", cell: (i) => h("meter", { min: 0, max: most, value: pairs[i][1], "aria-hidden": "true" }) },
      ...extra,
    ],
  });
  table.show(range(pairs.length));
  return h("div", null, h("h3", null, label), table.element);
}

function hostsSection() {
  const found = new Map();
  findings.host.forEach((host) => found.set(host.toLowerCase(), (found.get(host.toLowerCase()) || 0) + 1));
  const short = (name) => (/^[\d.]+$|:/.test(name) ? name : name.split(".")[0] || name).toLowerCase();
  const count = (i) => found.get(short(page.hosts[i][0])) || 0;
  return section("hosts", "Hosts and channels", h("div", { class: "columns" },
    countTable("Hosts", "Host", page.hosts, [{ title: "Findings", class: "num", cell: (i) => formatNumber(count(i)), key: count, descends: true }]),
    countTable("Channels", "Channel", page.channels, [])));
}

function pairList(title, pairs) {
  if (!pairs.length) return null;
  return h("div", null, h("h3", null, title), h("dl", { class: "facts" }, pairs.map(([name, value]) => labelled(visible(name), log(value)))));
}

function runSection() {
  const settings = Object.entries(page.settings).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
  const timings = Object.entries(page.timings_s).map(([name, value]) => [name, `${Number(value).toFixed(2)} s`]);
  return section("run", "This run", h("div", { class: "columns three" },
    pairList("Settings", settings), pairList("Versions", Object.entries(page.versions)), pairList("Seconds by stage", timings)));
}
