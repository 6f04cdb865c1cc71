// What the person asked to see, and which findings that leaves. Each view is filtered by everything but
// its own questions, so that the chart still shows what lies outside the marked time.

const BY_LEVEL = 1;
const BY_HOST = 2;
const BY_TACTIC = 4;
const BY_TEXT = 8;
const BY_TIME = 16;
const ALL_FILTERS = 31;

const filters = { levels: new Set(), host: null, tactic: null, text: "", from: null, to: null };
const watchers = [];

// One byte a finding: a bit for each filter that it passes.
const passed = new Uint8Array(findingCount).fill(ALL_FILTERS);
// Matches of each finding within the marked time.
const withinTime = new Uint32Array(findingCount);

function passes(finding, asked) {
  return (passed[finding] & asked) === asked;
}

function filtered(asked = ALL_FILTERS) {
  const rows = [];
  for (let i = 0; i < findingCount; i++) if (passes(i, asked)) rows.push(i);
  return rows;
}

function timeIsMarked() {
  return filters.from !== null || filters.to !== null;
}

function isFiltered() {
  return filters.levels.size > 0 || filters.host !== null || filters.tactic !== null || filters.text !== "" || timeIsMarked();
}

function change(patch) {
  const started = performance.now();
  Object.assign(filters, patch);
  judge();
  for (const watcher of watchers) watcher();
  document.documentElement.dataset.filterMs = (performance.now() - started).toFixed(1);
}

function clearFilters() {
  change({ levels: new Set(), host: null, tactic: null, text: "", from: null, to: null });
}

function toggleLevel(level) {
  const levels = new Set(filters.levels);
  if (!levels.delete(level)) levels.add(level);
  change({ levels });
}

function judge() {
  const { levels, host, tactic } = filters;
  const textHits = hitsOf(filters.text);
  countWithinTime();
  for (let i = 0; i < findingCount; i++) {
    let bits = 0;
    if (!levels.size || levels.has(findings.level[i])) bits |= BY_LEVEL;
    if (host === null || hostOf[i] === host) bits |= BY_HOST;
    if (tactic === null || findings.tactics[i].includes(tactic)) bits |= BY_TACTIC;
    if (!textHits || textHits[i]) bits |= BY_TEXT;
    if (!timeIsMarked() || withinTime[i]) bits |= BY_TIME;
    passed[i] = bits;
  }
}

function countWithinTime() {
  if (!timeIsMarked()) return;
  const { finding, time, count } = points();
  const from = filters.from === null ? -Infinity : filters.from;
  const to = filters.to === null ? Infinity : filters.to;
  withinTime.fill(0);
  for (let i = 0; i < time.length; i++) {
    if (time[i] >= from && time[i] < to) withinTime[finding[i]] += count[i];
  }
}

// Text search: every word must stand in the finding or in one of its matches.
const wordHits = new Map();
let findingTexts = null;
let fieldTexts = null;

function prepareSearch() {
  if (!findingTexts) {
    findingTexts = findings.id.map((id, i) =>
      [id, findings.title[i], findings.level[i], findings.host[i], findings.account[i], findings.shape[i],
        knownText(assetOf(i)), knownText(knownAccountOf(i)),
        findings.techniques[i].join(" "), findings.tactics[i].join(" "),
        findings.rule[i] < 0 ? "" : page.rules.id[findings.rule[i]]].join("\n").toLowerCase());
  }
  if (!fieldTexts && matches().rows) {
    fieldTexts = matches().fields.values.map((flat) => flat.filter((_, i) => i % 2).join("\n").toLowerCase());
  }
}

function hitsOf(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return null;
  prepareSearch();
  const all = new Uint8Array(findingCount).fill(1);
  for (const word of words) {
    const hits = hitsOfWord(word);
    for (let i = 0; i < findingCount; i++) all[i] &= hits[i];
  }
  return all;
}

function hitsOfWord(word) {
  if (wordHits.has(word)) return wordHits.get(word);
  const hits = Uint8Array.from(findingTexts, (text) => text.includes(word));
  if (fieldTexts) {
    const inFields = Uint8Array.from(fieldTexts, (text) => text.includes(word));
    const codes = matches().fields.codes;
    for (let i = 0; i < findingCount; i++) {
      for (let row = firstRow[i]; !hits[i] && row < firstRow[i + 1]; row++) hits[i] = codes[row] < 0 ? 0 : inFields[codes[row]];
    }
  }
  if (wordHits.size > 40) wordHits.clear();
  wordHits.set(word, hits);
  return hits;
}
