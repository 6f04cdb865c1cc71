// The data that came with the page: small things at once, the matches when the page is already up.

function embedded(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

const page = embedded("page-data");
const findings = page.findings;
const findingCount = findings.id.length;
const tacticTitle = new Map(page.tactics);

// Hosts are one host whatever their case.
const hostNames = [];
const hostOf = new Int32Array(findingCount);
{
  const seen = new Map();
  for (let i = 0; i < findingCount; i++) {
    const key = findings.host[i].toLowerCase();
    if (!seen.has(key)) {
      seen.set(key, hostNames.length);
      hostNames.push(findings.host[i]);
    }
    hostOf[i] = seen.get(key);
  }
}

function hostLabel(host) {
  return hostNames[host] === "" ? "no single host" : hostNames[host];
}

// What lists say of a finding's host and of its account, as objects, or null.
function assetOf(finding) {
  return page.assets[findings.asset[finding]] || null;
}

function knownAccountOf(finding) {
  return page.known_accounts[findings.known_account[finding]] || null;
}

// "domain controller, criticality 5": what a list says, in a few words.
function knownText(known) {
  if (!known) return "";
  const words = known.kind
    ? [known.kind, known.note]
    : [known.role, known.criticality === null ? "" : `criticality ${known.criticality}`, known.purdue && `Purdue level ${known.purdue}`];
  return words.filter(Boolean).join(", ");
}

// A finding's matches are the rows firstRow[i] to firstRow[i + 1] of the match columns.
const firstRow = new Uint32Array(findingCount + 1);
for (let i = 0; i < findingCount; i++) firstRow[i + 1] = firstRow[i] + findings.shown[i];

let loaded = null;
function matches() {
  if (!loaded) loaded = embedded("match-data");
  return loaded;
}

function matchTime(row) {
  const time = matches().time[row];
  return time === null ? null : matches().time_base + time;
}

function coded(column, row) {
  const code = column.codes[row];
  return code < 0 ? null : column.values[code];
}

// The fields of a match as [name, value] pairs, or null where the page had no room for them.
function matchFields(row) {
  const flat = coded(matches().fields, row);
  if (flat === null) return null;
  const pairs = [];
  for (let i = 0; i < flat.length; i += 2) pairs.push([matches().fields.names[flat[i]], flat[i + 1]]);
  return pairs;
}

// When matches happened, as (finding, time, count): each match, or counts where not all are here.
let pointColumns = null;
function points() {
  if (pointColumns) return pointColumns;
  if (page.points) {
    pointColumns = {
      finding: Int32Array.from(page.points.finding),
      time: Float64Array.from(page.points.time),
      count: Uint32Array.from(page.points.count),
    };
    return pointColumns;
  }
  const rows = matches().rows;
  const finding = new Int32Array(rows);
  const time = new Float64Array(rows);
  let kept = 0;
  for (let i = 0; i < findingCount; i++) {
    for (let row = firstRow[i]; row < firstRow[i + 1]; row++) {
      const at = matchTime(row);
      if (at === null) continue;
      finding[kept] = i;
      time[kept] = at;
      kept += 1;
    }
  }
  pointColumns = { finding: finding.subarray(0, kept), time: time.subarray(0, kept), count: new Uint32Array(kept).fill(1) };
  return pointColumns;
}

// A match under the keys of matches.jsonl; long values are cut, as the page says beside them.
function matchObject(finding, row) {
  const data = matches();
  const rule = findings.rule[finding];
  const source = data.source[row];
  const time = matchTime(row);
  const match = {
    "rule.id": rule < 0 ? null : page.rules.id[rule],
    "rule.title": findings.title[finding],
    "rule.level": findings.rule_level[finding],
    "@timestamp": time === null ? null : timeText(time, 26).replace(" ", "T") + "Z",
    "host.name": coded(data.host, row),
    "user.name": coded(data.user, row),
    "event.id": source + ":" + data.offset[row],
    "event.fingerprint": data.fingerprint.slice(row * 32, row * 32 + 32),
    "source.path": page.sources.path[source],
    "source.sha256": page.sources.sha256[source],
    "source.offset": data.offset[row],
    "record.id": data.record_id[row],
    channel: coded(data.channel, row),
    "event.code": data.event_code[row],
    fields: Object.fromEntries(matchFields(row) || []),
    why: coded(data.why, row),
  };
  if (data.states[data.state[row]] !== "live") match["record.state"] = data.states[data.state[row]];
  if (data.assumed[row]) match.time_zone = "assumed";
  return match;
}
