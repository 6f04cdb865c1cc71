// A finding unfolded: what the rule says, and each match with its fields and the way back to its bytes.

// "Image|endswith: '\\cmd.exe'" as {field, operator, value}; null for what is written otherwise.
function parsePredicate(text) {
  const found = /^([^|:]*(?::[^ |][^|:]*)*)(?:\|([a-z_]+))?(\|cased)?: (['"])([\s\S]*)\4$/.exec(text);
  if (!found) return null;
  const value = found[5].replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([\s\S]))/g, (_, x, u, U, plain) => {
    if (x || u || U) return String.fromCodePoint(Math.min(parseInt(x || u || U, 16), 0x10ffff));
    return { n: "\n", r: "\r", t: "\t" }[plain] || plain;
  });
  return { field: found[1].toLowerCase(), operator: !found[2] || found[2] === "cased" ? "equals" : found[2], value };
}

// The [start, end] of what a predicate means within a value, or null.
function predicateSpan(predicate, value) {
  const folded = value.toLowerCase();
  const sought = predicate.value.toLowerCase();
  if (folded.length !== value.length || !sought) return null;
  if (predicate.operator === "contains") {
    const at = folded.indexOf(sought);
    return at < 0 ? null : [at, at + sought.length];
  }
  if (predicate.operator === "startswith") return folded.startsWith(sought) ? [0, sought.length] : null;
  if (predicate.operator === "endswith") return folded.endsWith(sought) ? [value.length - sought.length, value.length] : null;
  if (predicate.operator === "equals") return folded === sought ? [0, value.length] : null;
  return null;
}

function highlighted(value, predicates) {
  const spans = predicates.map((predicate) => predicateSpan(predicate, value)).filter(Boolean).sort((a, b) => a[0] - b[0]);
  const parts = [];
  let at = 0;
  for (const [start, end] of spans) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    parts.push(visible(value.slice(at, from), true), h("mark", null, visible(value.slice(from, end), true)));
    at = end;
  }
  parts.push(visible(value.slice(at), true));
  return parts.filter((part) => part !== "");
}

function fieldList(row) {
  const pairs = matchFields(row);
  if (pairs === null) return h("p", { class: "quiet" }, "This page had no room for these fields; matches.jsonl holds them.");
  const predicates = (coded(matches().why, row) || []).map((text) => parsePredicate(String(text))).filter(Boolean);
  return h("dl", { class: "fields" }, pairs.map(([name, value]) => {
    const about = predicates.filter(({ field }) => field === name.toLowerCase() || field === "keyword");
    const items = Array.isArray(value) ? value : [value];
    return h("div", null, h("dt", null, log(name)), items.map((item) => h("dd", null, h("bdi", null, highlighted(typeof item === "string" ? item : JSON.stringify(item), about)))));
  }));
}

function labelled(label, ...content) {
  return h("div", null, h("dt", null, label), h("dd", null, content));
}

// A correlation's match rests on many records: the first ones by file and offset, the number of all.
function contributing(row) {
  const rests = matches().contributing[row];
  if (!rests) return null;
  const [total, ids] = rests;
  const places = ids.map((id) => {
    const [source, offset] = id.split(":");
    return h("div", null, log(`${page.sources.path[Number(source)]} @ ${offset}`));
  });
  const more = total > ids.length ? h("div", null, `and ${formatNumber(total - ids.length)} more in matches.jsonl`) : null;
  return labelled("Rests on", counted(total, "record"), places, more);
}

function matchDetail(finding, row) {
  const match = matchObject(finding, row);
  const place = `${match["source.path"]} @ ${match["source.offset"]}`;
  return h("div", { class: "match" },
    fieldList(row),
    h("dl", { class: "witness" },
      labelled("File", log(match["source.path"])),
      labelled("SHA-256", h("code", null, match["source.sha256"] || "unknown")),
      labelled("Offset", h("code", null, match["source.offset"])),
      labelled("Record id", h("code", null, match["record.id"] === null ? "none" : match["record.id"])),
      labelled("Event id", h("code", null, match["event.id"])),
      labelled("Fingerprint", h("code", null, match["event.fingerprint"])),
      contributing(row),
      match["record.state"] ? labelled("Record", match["record.state"], ", not live: found behind the log's own records") : null,
      match.time_zone ? labelled("Time zone", "assumed: the export names none") : null),
    h("p", { class: "actions" },
      copyButton("Copy match as JSON", () => JSON.stringify(match)),
      copyButton("Copy file and offset", () => place)));
}

function matchTable(finding) {
  const data = matches();
  const table = pagedTable({
    label: "Matches of this finding",
    size: 20,
    detail: (row) => matchDetail(finding, row),
    columns: [
      { title: "Time (UTC)", class: "time", cell: (row) => timeText(matchTime(row), 26) + (data.assumed[row] ? " (zone assumed)" : ""), key: matchTime },
      { title: "Host", class: "name", cell: (row) => log(coded(data.host, row) || "") },
      { title: "User", class: "name", cell: (row) => log(coded(data.user, row) || ""), key: (row) => coded(data.user, row) },
      { title: "Channel", cell: (row) => log(coded(data.channel, row) || "") },
      { title: "Event", class: "num", cell: (row) => data.event_code[row] ?? "" },
      { title: "Record", class: "num", cell: (row) => data.record_id[row] ?? "" },
      { title: "File and offset", class: "path", cell: (row) => log(`${page.sources.path[data.source[row]]} @ ${data.offset[row]}`) },
    ],
  });
  const rows = range(findings.shown[finding]).map((i) => firstRow[finding] + i).filter((row) => {
    if (!timeIsMarked()) return true;
    const time = matchTime(row);
    return time !== null && (filters.from === null || time >= filters.from) && (filters.to === null || time < filters.to);
  });
  table.show(rows);
  if (rows.length) table.unfold(rows[0]);
  const total = findings.count[finding];
  const said = [];
  if (rows.length < findings.shown[finding]) said.push(`${formatNumber(rows.length)} of ${formatNumber(findings.shown[finding])} lie within the marked time.`);
  if (findings.shown[finding] < total) said.push(`The first ${formatNumber(findings.shown[finding])} of ${formatNumber(total)} matches are here; matches.jsonl holds all.`);
  if (findings.events[finding] < total) said.push(`${counted(total, "match", "matches")} of ${counted(findings.events[finding], "event")}: the others are copies of the same events.`);
  return h("div", null, said.length ? h("p", { class: "quiet" }, said.join(" ")) : null, table.element);
}

function ruleText(finding) {
  const rule = findings.rule[finding];
  const rules = page.rules;
  const parts = [];
  if (rule >= 0 && rules.description[rule]) parts.push(h("p", { class: "prose" }, visible(rules.description[rule], true)));
  const facts = [
    ["Finding", h("code", null, findings.id[finding])],
    ["Techniques", findings.techniques[finding].map((id) => h("span", { class: "tag" }, id))],
    ["Tactics", findings.tactics[finding].map((name) => h("span", { class: "tag" }, visible(tacticTitle.get(name))))],
  ];
  if (rule >= 0) {
    facts.push(["Rule", h("span", null, h("code", null, log(rules.id[rule])), " ", log(rules.path[rule]), rules.author[rule] ? [" by ", log(rules.author[rule])] : null)]);
    facts.push(["Known false positives", lines(rules.false_positives[rule])]);
    facts.push(["References", lines(rules.references[rule])]);
  }
  facts.push(["Host", factsOf(assetOf(finding))], ["Account", factsOf(knownAccountOf(finding))]);
  facts.push(["Addresses", findings.places[finding].map(([address, country, asn, organisation]) =>
    h("div", null, log(address, "mono"), " ", log([country, asn === null ? "" : `AS${asn}`, organisation].filter(Boolean).join(", "))))]);
  facts.push(["Shape", log(findings.shape[finding], "mono")]);
  const list = h("dl", { class: "facts" }, facts.filter(([, value]) => !Array.isArray(value) || value.length).map(([label, value]) => labelled(label, value)));
  return h("div", { class: "rule-text" }, parts, list);
}

// All that a list says of a host or an account, one fact a line.
function factsOf(known) {
  return Object.entries(known || {}).filter(([, value]) => value !== null && value !== "").map(([name, value]) => h("div", null, `${name}: `, log(value)));
}

// References stay text: a link in a rule may lead anywhere.
function lines(texts) {
  return texts.map((text) => h("div", null, log(text)));
}

function whyList(finding) {
  if (!findings.shown[finding]) return null;
  const why = coded(matches().why, firstRow[finding]) || [];
  return h("div", { class: "why" }, h("h3", null, "What matched"), h("ul", null, why.slice(0, 40).map((text) => h("li", null, log(text, "mono")))),
    why.length > 40 ? h("p", { class: "quiet" }, `and ${why.length - 40} more`) : null);
}

function findingDetail(finding) {
  return h("div", { class: "unfolded" },
    h("div", { class: "columns" }, ruleText(finding), whyList(finding)),
    h("h3", null, "Matches"), matchTable(finding));
}
