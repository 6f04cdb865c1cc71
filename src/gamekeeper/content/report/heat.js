// Where and how far: findings by host and tactic, each cell in the colour of its worst severity.

const HEAT_ROWS = 12;

function heatCard() {
  const holder = h("div", { class: "scroll" });
  const more = h("button", { type: "button", class: "small" });
  let rowsShown = HEAT_ROWS;
  more.addEventListener("click", () => {
    rowsShown = rowsShown > HEAT_ROWS ? HEAT_ROWS : rowsShown + 100;
    update();
  });

  // host -> tactic -> {count, worst}, and a total under the key null
  function tally() {
    const hosts = new Map();
    const asked = ALL_FILTERS & ~BY_HOST & ~BY_TACTIC;
    for (const i of filtered(asked)) {
      const level = page.levels.indexOf(findings.level[i]);
      const row = hosts.get(hostOf[i]) || new Map();
      hosts.set(hostOf[i], row);
      for (const tactic of [null, ...findings.tactics[i]]) {
        const cell = row.get(tactic) || { count: 0, worst: 99 };
        cell.count += 1;
        cell.worst = Math.min(cell.worst, level);
        row.set(tactic, cell);
      }
    }
    const rank = ([, row]) => row.get(null).worst * 1e7 - row.get(null).count;
    return [...hosts].sort((a, b) => rank(a) - rank(b));
  }

  function cellButton(host, tactic, cell, said) {
    if (!cell) return h("td", { class: "cold" });
    const level = page.levels[cell.worst];
    const isOn = filters.host === host && filters.tactic === tactic;
    return h("td", null, h("button", {
      type: "button", class: "heat " + levelClass(level), "aria-pressed": String(isOn),
      "aria-label": `${said}: ${counted(cell.count, "finding")}, worst ${visible(level)}`,
      onclick: () => change(isOn ? { host: null, tactic: null } : { host, tactic }),
    }, formatNumber(cell.count)));
  }

  function headButton(text, isOn, patch, off) {
    return h("button", { type: "button", class: "plain", "aria-pressed": String(isOn), onclick: () => change(isOn ? off : patch) }, text);
  }

  function update() {
    const hosts = tally();
    const tactics = page.tactics.map(([name]) => name).filter((name) => hosts.some(([, row]) => row.has(name)));
    const head = h("tr", null, h("th", { scope: "col" }, "Host"), h("th", { scope: "col" }, "All"),
      tactics.map((name) => h("th", { scope: "col" }, headButton(visible(tacticTitle.get(name)), filters.tactic === name, { tactic: name }, { tactic: null }))));
    const lines = hosts.slice(0, rowsShown).map(([host, row]) => h("tr", { class: filters.host === host ? "chosen" : null },
      h("th", { scope: "row" }, headButton(log(hostLabel(host)), filters.host === host, { host }, { host: null })),
      cellButton(host, null, row.get(null), `${hostLabel(host)}, all tactics`),
      tactics.map((name) => cellButton(host, name, row.get(name), `${hostLabel(host)}, ${tacticTitle.get(name)}`))));
    if (!lines.length) lines.push(h("tr", { class: "empty" }, h("td", { colspan: 2 }, "No finding fits the filters.")));
    holder.replaceChildren(h("table", { class: "heatmap", "aria-label": "Findings by host and tactic" }, h("thead", null, head), h("tbody", null, lines)));
    more.hidden = hosts.length <= HEAT_ROWS;
    more.textContent = hosts.length > rowsShown ? `Show more of ${counted(hosts.length, "host")}` : "Show fewer hosts";
  }

  return {
    element: h("section", { class: "card", id: "where", "aria-labelledby": "where-title" },
      h("div", { class: "card-head" }, h("h2", { id: "where-title" }, "Where, and how far"), h("p", { class: "quiet" }, "Findings by host and ATT&CK tactic. A cell has the colour of its worst severity; press one to filter.")),
      holder, more),
    update,
  };
}
