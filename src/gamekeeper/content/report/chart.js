// When it happened: matches over time, stacked by severity. Dragging marks a time for all other views.

const SECOND = 1e6;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [1, 2, 5, 10, 15, 30].map((n) => n * SECOND)
  .concat([1, 2, 5, 10, 15, 30].map((n) => n * MINUTE))
  .concat([1, 2, 3, 6, 12].map((n) => n * HOUR))
  .concat([1, 2, 7, 14, 30, 91, 182, 365, 730, 1826, 3652, 9131, 18262].map((n) => n * DAY));
const CHART_HEIGHT = 200;
const EDGE = { top: 14, right: 10, bottom: 24, left: 46 };
const BARS = 120;

function stepFor(span, parts) {
  return STEPS.find((step) => span / step <= parts) || STEPS[STEPS.length - 1];
}

// Round times of about `parts` marks, on calendar borders where the steps are long.
function timeMarks(from, to, parts) {
  const step = stepFor(to - from, parts);
  const marks = [];
  if (step < 30 * DAY) {
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) marks.push(at);
    return { marks, step };
  }
  const months = Math.max(1, Math.round(step / (30.4 * DAY)));
  const date = new Date(from / 1000);
  let month = Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months) * months;
  for (;;) {
    const at = Date.UTC(Math.floor(month / 12), month % 12) * 1000;
    if (at > to || marks.length > 50) return { marks, step };
    if (at >= from) marks.push(at);
    month += months;
  }
}

function markText(micros, step) {
  const text = timeText(micros);
  if (step >= 365 * DAY) return text.slice(0, 4);
  if (step >= 30 * DAY) return text.slice(0, 7);
  if (step >= DAY) return text.slice(0, 10);
  if (text.slice(11, 19) === "00:00:00") return text.slice(0, 10);
  return step >= MINUTE ? text.slice(11, 16) : text.slice(11, 19);
}

function niceCount(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= value);
}

// Browsers show date inputs in the reader's own zone and order; UTC is typed as it is written here.
function timeInput(label, placeholder) {
  return h("input", { type: "text", "aria-label": label, placeholder, spellcheck: "false", autocomplete: "off" });
}

// Microseconds, null for an empty input, undefined (and marked) for what is no time.
function typedTime(input) {
  const parts = /^\s*(\d{4})-(\d\d?)-(\d\d?)(?:[ T]+(\d\d?):(\d\d)(?::(\d\d)(?:\.\d*)?)?)?Z?\s*$/.exec(input.value);
  const isEmpty = !input.value.trim();
  input.setAttribute("aria-invalid", String(!parts && !isEmpty));
  if (isEmpty) return null;
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour || 0, minute || 0, second || 0) * 1000;
}

function chartCard() {
  const levels = page.levels;
  const holder = h("div", { class: "chart" });
  const readout = h("p", { class: "readout", "aria-live": "polite" });
  const from = timeInput("From, UTC", "from 2026-01-31 08:00");
  const to = timeInput("Before, UTC", "before 2026-02-01");
  const zoomIn = h("button", { type: "button", class: "small", onclick: () => zoom(filters.from, filters.to) }, "Zoom in");
  const showAll = h("button", { type: "button", class: "small", onclick: () => { change({ from: null, to: null }); zoom(null, null); } }, "All times");
  const legend = h("ul", { class: "legend", "aria-hidden": "true" }, levels.map((level) => h("li", { class: levelClass(level) }, visible(level))));
  const help = "Drag across the chart to mark a time. Every severity that is present is at least two pixels high.";
  let domain = null;
  let drawn = null;
  let cursor = null;
  let anchor = null;

  for (const input of [from, to]) {
    input.addEventListener("change", () => {
      if (typedTime(from) !== undefined && typedTime(to) !== undefined) change({ from: typedTime(from), to: typedTime(to) });
    });
  }

  function zoom(start, end) {
    const whole = wholeSpan();
    domain = [start === null ? whole[0] : start, end === null ? whole[1] : end];
    if (start === null && end === null) domain = whole;
    update();
  }

  function wholeSpan() {
    let first = Infinity;
    let last = -Infinity;
    for (const time of points().time) {
      if (time < first) first = time;
      if (time > last) last = time;
    }
    return first <= last ? [first, last + SECOND] : null;
  }

  function bins() {
    const step = stepFor(domain[1] - domain[0], BARS);
    const start = Math.floor(domain[0] / step) * step;
    const count = Math.max(Math.ceil((domain[1] - start) / step), 1);
    const counts = levels.map(() => new Float64Array(count));
    const levelOf = findings.level.map((level) => levels.indexOf(level));
    const data = points();
    const asked = ALL_FILTERS & ~BY_TIME;
    for (let i = 0; i < data.time.length; i++) {
      const bin = Math.floor((data.time[i] - start) / step);
      const finding = data.finding[i];
      if (bin >= 0 && bin < count && passes(finding, asked)) counts[levelOf[finding]][bin] += data.count[i];
    }
    let most = 0;
    for (let bin = 0; bin < count; bin++) most = Math.max(most, counts.reduce((sum, level) => sum + level[bin], 0));
    return { step, start, count, counts, most: niceCount(most) };
  }

  function update() {
    from.value = filters.from === null ? "" : timeText(filters.from);
    to.value = filters.to === null ? "" : timeText(filters.to);
    readout.textContent = help;
    zoomIn.hidden = !timeIsMarked();
    if (!domain) domain = wholeSpan();
    if (!domain) {
      holder.replaceChildren(h("p", { class: "quiet" }, "No match carries a time."));
      return;
    }
    draw();
  }

  function draw() {
    const width = Math.max(holder.clientWidth, 280);
    const plot = { width: width - EDGE.left - EDGE.right, height: CHART_HEIGHT - EDGE.top - EDGE.bottom };
    const data = bins();
    const bar = plot.width / data.count;
    const x = (time) => EDGE.left + ((time - data.start) / data.step) * bar;
    drawn = { ...data, bar, x, plot };
    const root = svg("svg", { width, height: CHART_HEIGHT, viewBox: `0 0 ${width} ${CHART_HEIGHT}`, tabindex: "0", role: "group",
      "aria-label": "Matches over time by severity. Arrow keys move along, Enter marks a start and an end, Escape clears." });
    drawAxes(root, data, x, plot, width);
    drawBars(root, data, bar, plot);
    drawMarked(root, x, plot);
    root.append(svg("rect", { class: "cursor", x: 0, y: EDGE.top, width: 0, height: plot.height }));
    listen(root);
    const focused = holder.contains(document.activeElement);
    holder.replaceChildren(root);
    if (focused) root.focus({ preventScroll: true });
  }

  function drawAxes(root, data, x, plot, width) {
    for (const part of [0, 0.5, 1]) {
      const y = EDGE.top + plot.height * (1 - part);
      if (part && !Number.isInteger(data.most * part)) continue;
      root.append(svg("line", { class: "rule", x1: EDGE.left, x2: width - EDGE.right, y1: y, y2: y }));
      root.append(svg("text", { class: "tick", x: EDGE.left - 8, y: y + 4, "text-anchor": "end" }, formatNumber(data.most * part)));
    }
    const end = data.start + data.count * data.step;
    const { marks, step } = timeMarks(data.start, end, Math.max(Math.floor(plot.width / 110), 2));
    for (const at of marks) {
      const anchorAt = x(at) < EDGE.left + 30 ? "start" : x(at) > width - 40 ? "end" : "middle";
      root.append(svg("line", { class: "rule", x1: x(at), x2: x(at), y1: EDGE.top + plot.height, y2: EDGE.top + plot.height + 4 }));
      root.append(svg("text", { class: "tick", x: x(at), y: CHART_HEIGHT - 6, "text-anchor": anchorAt }, markText(at, step)));
    }
  }

  function drawBars(root, data, bar, plot) {
    const tops = new Float64Array(data.count);
    const gap = bar > 4 ? 1 : 0;
    data.counts.forEach((counts, level) => {
      let path = "";
      for (let bin = 0; bin < data.count; bin++) {
        if (!counts[bin]) continue;
        const high = Math.max((counts[bin] / data.most) * plot.height, 2);
        const y = EDGE.top + plot.height - tops[bin] - high;
        path += `M${(EDGE.left + bin * bar).toFixed(2)} ${y.toFixed(2)}h${Math.max(bar - gap, 1.5).toFixed(2)}v${high.toFixed(2)}h-${Math.max(bar - gap, 1.5).toFixed(2)}z`;
        tops[bin] += high;
      }
      if (path) root.append(svg("path", { class: "bar " + levelClass(levels[level]), d: path }));
    });
  }

  function drawMarked(root, x, plot) {
    if (!timeIsMarked()) return;
    const left = EDGE.left;
    const right = EDGE.left + plot.width;
    const a = filters.from === null ? left : Math.min(Math.max(x(filters.from), left), right);
    const b = filters.to === null ? right : Math.min(Math.max(x(filters.to), left), right);
    root.append(
      svg("rect", { class: "outside", x: left, y: EDGE.top, width: a - left, height: plot.height }),
      svg("rect", { class: "outside", x: b, y: EDGE.top, width: right - b, height: plot.height }),
      svg("rect", { class: "marked", x: a, y: EDGE.top, width: Math.max(b - a, 1), height: plot.height }),
    );
  }

  function binAt(event) {
    const box = holder.firstChild.getBoundingClientRect();
    const bin = Math.floor((event.clientX - box.left - EDGE.left) / drawn.bar);
    return Math.min(Math.max(bin, 0), drawn.count - 1);
  }

  function mark(a, b) {
    const [low, high] = a < b ? [a, b] : [b, a];
    change({ from: drawn.start + low * drawn.step, to: drawn.start + (high + 1) * drawn.step });
  }

  function point(bin) {
    cursor = bin;
    const rect = holder.querySelector(".cursor");
    const [low, high] = anchor === null ? [bin, bin] : [Math.min(anchor, bin), Math.max(anchor, bin)];
    rect.setAttribute("x", EDGE.left + low * drawn.bar);
    rect.setAttribute("width", Math.max((high - low + 1) * drawn.bar, 2));
    const start = drawn.start + low * drawn.step;
    const parts = levels.map((level, i) => [level, drawn.counts[i].slice(low, high + 1).reduce((a, b) => a + b, 0)]).filter(([, n]) => n);
    const said = parts.length ? parts.map(([level, n]) => `${formatNumber(n)} ${visible(level)}`).join(", ") : "no match";
    readout.textContent = `${timeText(start)} to ${timeText(start + (high - low + 1) * drawn.step)} UTC: ${said}`;
  }

  function listen(root) {
    root.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      anchor = binAt(event);
      root.setPointerCapture(event.pointerId);
      point(anchor);
    });
    root.addEventListener("pointermove", (event) => point(binAt(event)));
    root.addEventListener("pointerup", (event) => {
      if (anchor === null) return;
      const start = anchor;
      anchor = null;
      mark(start, binAt(event));
    });
    root.addEventListener("pointercancel", () => { anchor = null; });
    root.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
      if (move) point(Math.min(Math.max((cursor === null ? 0 : cursor) + move, 0), drawn.count - 1));
      else if (event.key === "Escape") { anchor = null; change({ from: null, to: null }); }
      else if (event.key === "Enter" && cursor !== null) {
        if (anchor === null) anchor = cursor;
        else { const start = anchor; anchor = null; mark(start, cursor); }
      } else return;
      event.preventDefault();
    });
  }

  let width = 0;
  new ResizeObserver(() => {
    if (Math.abs(holder.clientWidth - width) > 1 && drawn) { width = holder.clientWidth; draw(); }
  }).observe(holder);

  return {
    element: h("section", { class: "card", id: "when", "aria-labelledby": "when-title" },
      h("div", { class: "card-head" }, h("h2", { id: "when-title" }, "When"), legend,
        h("div", { class: "span" }, from, h("span", null, "to"), to, h("span", { class: "quiet" }, "UTC"), zoomIn, showAll)),
      holder, readout),
    update,
  };
}
