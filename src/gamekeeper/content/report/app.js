// Putting the page together: what needs only the findings first, the matches once that is on the screen.

function tilesInto(list) {
  const asked = ALL_FILTERS & ~BY_LEVEL;
  const buttons = page.levels.map((level) => h("button", { type: "button", class: "tile " + levelClass(level), "aria-pressed": "false", onclick: () => toggleLevel(level) }));
  list.replaceChildren(...buttons.map((button) => h("li", null, button)));
  return () => {
    const counts = new Map();
    for (const i of filtered(asked)) counts.set(findings.level[i], (counts.get(findings.level[i]) || 0) + 1);
    page.levels.forEach((level, i) => {
      const count = counts.get(level) || 0;
      buttons[i].replaceChildren(h("b", null, formatNumber(count)), " ", h("span", null, visible(level)));
      buttons[i].setAttribute("aria-pressed", String(filters.levels.has(level)));
      buttons[i].classList.toggle("none", !count);
    });
  };
}

function keys(list) {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      list.search.focus();
      event.preventDefault();
    }
  });
  addEventListener("beforeprint", () => list.table.resize(500));
  addEventListener("afterprint", () => list.table.resize(25));
}

function start() {
  const app = document.getElementById("app");
  const list = findingsSection();
  const rules = rulesSection();
  const chart = chartCard();
  const heat = heatCard();
  watchers.push(tilesInto(document.getElementById("tiles")), list.update);
  for (const watcher of watchers) watcher();
  rules.update();
  document.getElementById("findings").remove(); // what stands there for readers without scripts
  app.append(...(findingCount ? [chart.element, heat.element] : []), list.element, rules.element, ...[givenSection()].filter(Boolean), logsSection(), hostsSection(), runSection());
  document.documentElement.classList.add("alive");
  app.hidden = false;
  keys(list);
  if (!findingCount) {
    document.documentElement.dataset.ready = performance.now().toFixed(0);
    return;
  }
  heat.update();
  watchers.push(heat.update, chart.update);
  // Two frames later the page is on the screen; then the matches are worth the wait.
  setTimeout(() => {
    chart.update();
    document.documentElement.dataset.ready = performance.now().toFixed(0);
    setTimeout(prepareSearch, 50);
  }, 30);
}

start();
