// The findings with their filters.

function seenText(finding) {
  const first = timeText(findings.first[finding], 16);
  const last = timeText(findings.last[finding], 16);
  if (findings.first[finding] === null) return "unknown";
  if (first === last) return first;
  return first.slice(0, 10) === last.slice(0, 10) ? `${first} – ${last.slice(11)}` : `${first} – ${last}`;
}

function selectBox(label, choices, change) {
  const box = h("select", { "aria-label": label, onchange: () => change(box.value) },
    h("option", { value: "" }, label), choices.map(([value, text]) => h("option", { value }, visible(text).slice(0, 80))));
  return box;
}

function activeFilters() {
  const chip = (text, patch) => h("button", { type: "button", class: "chip active", "aria-label": `Remove filter ${text}`, onclick: () => change(patch) }, text, " ×");
  const list = [];
  if (filters.host !== null) list.push(chip(`Host: ${visible(hostLabel(filters.host))}`, { host: null }));
  if (filters.tactic !== null) list.push(chip(`Tactic: ${visible(tacticTitle.get(filters.tactic))}`, { tactic: null }));
  if (timeIsMarked()) list.push(chip(`Time: ${filters.from === null ? "start" : timeText(filters.from)} to ${filters.to === null ? "end" : timeText(filters.to)}`, { from: null, to: null }));
  if (filters.text) list.push(chip(`Text: ${visible(filters.text)}`, { text: "" }));
  for (const level of filters.levels) list.push(chip(`Severity: ${visible(level)}`, { levels: new Set([...filters.levels].filter((other) => other !== level)) }));
  return list;
}

function findingsSection() {
  const search = h("input", { type: "search", id: "search", placeholder: "Search findings and evidence", "aria-label": "Search findings and evidence", autocomplete: "off", spellcheck: "false" });
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => change({ text: search.value.trim() }), 120);
  });
  const hosts = range(hostNames.length).sort((a, b) => compare(hostNames[a].toLowerCase(), hostNames[b].toLowerCase()));
  const hostBox = selectBox("All hosts", hosts.slice(0, 2000).map((host) => [String(host), hostLabel(host)]), (value) => change({ host: value === "" ? null : Number(value) }));
  // The name of "no tactic" is empty, and so is the choice of all; a mark in front keeps them apart.
  const tacticBox = selectBox("All tactics", page.tactics.map(([name, title]) => ["=" + name, title]), (value) => change({ tactic: value === "" ? null : value.slice(1) }));
  const present = page.levels.filter((level) => findings.level.includes(level));
  const levelChips = chips("Severity", present, (level) => h("span", { class: "dot " + levelClass(level) }, visible(level)), (level) => filters.levels.has(level), toggleLevel);
  const status = h("p", { class: "status", role: "status", id: "findings-status" });
  const active = h("div", { class: "chips" });
  const clear = h("button", { type: "button", class: "small", onclick: clearFilters }, "Clear all filters");

  const table = pagedTable({
    label: "Findings",
    size: 25,
    detail: findingDetail,
    empty: findingCount ? "No finding fits the filters." : "There are no findings. What could not be seen stands at the top.",
    columns: [
      { title: "Severity", class: "severity", cell: severityCell, key: (i) => page.levels.indexOf(findings.level[i]) },
      { title: "Finding", class: "title", cell: (i) => [h("strong", null, visible(findings.title[i])), h("div", { class: "shape" }, log(findings.shape[i]))], key: (i) => findings.title[i].toLowerCase() },
      { title: "Host", class: "name", cell: (i) => [log(findings.host[i]), knownLine(assetOf(i))], key: (i) => findings.host[i].toLowerCase() },
      { title: "Account", class: "name", cell: (i) => [log(findings.account[i]), knownLine(knownAccountOf(i))], key: (i) => findings.account[i].toLowerCase() },
      { title: "Events", class: "num", cell: eventsCell, key: (i) => findings.events[i], descends: true },
      { title: "Seen (UTC)", class: "time", cell: seenText, key: (i) => findings.first[i] },
    ],
  });

  // The level of the rule stands below where the host has moved it.
  function severityCell(finding) {
    const own = findings.rule_level[finding];
    return [pill(findings.level[finding]), own === findings.level[finding] ? null : h("div", { class: "quiet" }, `rule: ${visible(own)}`)];
  }

  function knownLine(known) {
    const text = knownText(known);
    return text ? h("div", { class: "quiet" }, log(text)) : null;
  }

  function eventsCell(finding) {
    const copies = findings.count[finding] - findings.events[finding];
    return [formatNumber(findings.events[finding]),
      copies ? h("div", { class: "quiet" }, `+ ${counted(copies, "copy", "copies")}`) : null,
      timeIsMarked() ? h("div", { class: "quiet" }, `${formatNumber(withinTime[finding])} in time`) : null];
  }

  function update() {
    const rows = filtered();
    table.show(rows);
    const matching = rows.reduce((sum, i) => sum + findings.count[i], 0);
    status.textContent = isFiltered()
      ? `${formatNumber(rows.length)} of ${counted(findingCount, "finding")}, ${counted(matching, "match", "matches")}`
      : `${counted(findingCount, "finding")}, ${counted(matching, "match", "matches")}`;
    active.replaceChildren(...activeFilters());
    clear.hidden = !isFiltered();
    levelChips.update();
    hostBox.value = filters.host === null ? "" : String(filters.host);
    tacticBox.value = filters.tactic === null ? "" : "=" + filters.tactic;
    if (document.activeElement !== search) search.value = filters.text;
  }

  const partial = page.per_finding
    ? h("p", { class: "note" }, `This page carries all findings and the first ${counted(page.per_finding, "match", "matches")} of each: ${formatNumber(page.matches_embedded)} of ${counted(page.matches_total, "match", "matches")}. Search in evidence sees those only; matches.jsonl holds all. The time chart counts every match.`)
    : null;
  const element = section("findings", "Findings", partial,
    h("div", { class: "bar" }, search, hostBox, tacticBox, levelChips.element),
    h("div", { class: "bar thin" }, status, active, clear), table.element);
  return { element, update, table, search };
}
