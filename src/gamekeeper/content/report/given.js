// What the organisation itself has said: hosts, accounts and addresses that it knows, and matches that it answers for.

function allowedPart() {
  if (!page.allowances.length) return null;
  const entries = page.allowances;
  const table = pagedTable({
    label: "Entries of allow-lists",
    size: 10,
    columns: [
      { title: "Matches", class: "num", cell: (i) => formatNumber(entries[i].matches), key: (i) => entries[i].matches, descends: true },
      { title: "Status", cell: (i) => h("span", { class: "state " + (entries[i].status === "applied" ? "state-matched" : "state-other") }, visible(entries[i].status).replaceAll("_", " ")), key: (i) => entries[i].status },
      { title: "Rule and conditions", class: "title", cell: (i) => [entries[i].rules.map((rule) => h("div", null, log(rule))), h("div", { class: "shape" }, log(entries[i].when))] },
      { title: "Reason", class: "reason", cell: (i) => [h("div", null, log(entries[i].reason)), entries[i].remark ? h("div", { class: "quiet" }, log(entries[i].remark)) : null] },
      { title: "Owner and place", class: "path", cell: (i) => [log(entries[i].owner), h("div", { class: "quiet" }, log(entries[i].place))], key: (i) => entries[i].owner.toLowerCase() },
      { title: "Ends after", class: "time", cell: (i) => visible(entries[i].expires), key: (i) => entries[i].expires },
    ],
  });
  // Those that need a look first.
  table.show(range(entries.length).sort((a, b) => compare(entries[a].status === "applied", entries[b].status === "applied") || entries[b].matches - entries[a].matches));
  return h("div", { id: "allowed" }, h("h3", null, "Allow-lists"),
    h("p", { class: "quiet" }, `In suppressed.jsonl and in no finding: ${counted(page.matches_suppressed, "match", "matches")}. Correlations have counted them.`),
    table.element);
}

function contextPart() {
  if (!page.context.length) return null;
  const files = page.context;
  const table = pagedTable({
    label: "Files of context",
    size: 10,
    columns: [
      { title: "Kind", class: "time", cell: (i) => visible(files[i][0]) },
      { title: "Entries", class: "num", cell: (i) => (files[i][0] === "geoip" ? "" : formatNumber(files[i][2])) },
      { title: "File and SHA-256", class: "path", cell: (i) => [log(files[i][1]), h("div", { class: "shape" }, files[i][4])] },
      { title: "Remarks", class: "reason", cell: (i) => (files[i][3].length ? h("ul", { class: "missing" }, files[i][3].map((text) => h("li", null, log(text)))) : null) },
    ],
  });
  table.show(range(files.length));
  return h("div", null, h("h3", null, "Context that was given"), table.element);
}

function givenSection() {
  const parts = [allowedPart(), contextPart()].filter(Boolean);
  return parts.length ? section("given", "Context and allow-lists", parts) : null;
}
