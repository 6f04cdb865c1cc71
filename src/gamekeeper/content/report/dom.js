// Building the page. Text enters it as text nodes and attributes only; nothing here parses HTML, and the
// page's policy (trusted types) would stop it if it did.

const SVG = "http://www.w3.org/2000/svg";
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

// Log text with control characters as escapes; with `lines`, line feeds and tabs stay.
function visible(text, lines = false) {
  return String(text).replace(CONTROLS, (character) => {
    if (lines && (character === "\n" || character === "\t")) return character;
    const code = character.codePointAt(0);
    if (code === 10) return "\\n";
    if (code === 13) return "\\r";
    if (code === 9) return "\\t";
    const hex = code.toString(16);
    if (code < 0x100) return "\\x" + hex.padStart(2, "0");
    return code < 0x10000 ? "\\u" + hex.padStart(4, "0") : "\\U" + hex.padStart(8, "0");
  });
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined) continue;
    element.append(typeof child === "object" ? child : String(child));
  }
  return element;
}

function h(tag, properties, ...children) {
  return fill(document.createElement(tag), properties, children);
}

function svg(tag, properties, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

// Text from a log, in its own writing direction.
function log(text, className) {
  return h("bdi", className ? { class: className } : null, visible(text));
}

const formatNumber = new Intl.NumberFormat("en").format;

function counted(count, noun, plural) {
  return `${formatNumber(count)} ${count === 1 ? noun : plural || noun + "s"}`;
}

// Microseconds since 1970 as UTC text: "2026-01-31 23:59:59"; `digits` 19 for seconds, 26 for all.
function timeText(micros, digits = 19) {
  if (micros === null || micros === undefined) return "unknown";
  const date = new Date(Math.floor(micros / 1000));
  if (Number.isNaN(date.getTime())) return "unknown";
  const rest = String(((micros % 1000000) + 1000000) % 1000000).padStart(6, "0");
  return (date.toISOString().replace(/\.\d+Z$/, "").replace("T", " ") + "." + rest).slice(0, digits);
}

function sizeText(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit += 1;
  }
  return `${unit ? bytes.toFixed(1) : bytes} ${units[unit]}`;
}

function levelClass(level) {
  return "sev-" + (KNOWN_LEVELS.includes(level) ? level : "informational");
}

function pill(level) {
  return h("span", { class: "pill " + levelClass(level) }, visible(level));
}

async function copyText(text, button) {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    // Pages opened from a disk have no clipboard interface everywhere; the old way works there.
    const area = h("textarea", { class: "off-screen", readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    done = document.execCommand("copy");
    area.remove();
    button.focus();
  }
  const label = button.textContent;
  button.textContent = done ? "Copied" : "Not copied";
  setTimeout(() => {
    button.textContent = label;
  }, 1200);
}

function copyButton(label, text) {
  return h("button", { type: "button", class: "small", onclick: (event) => copyText(text(), event.currentTarget) }, label);
}

const KNOWN_LEVELS = ["critical", "high", "medium", "low", "informational"];
