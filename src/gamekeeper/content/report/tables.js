// Tables that stay quick at a hundred thousand rows: sorted lists of row numbers, one page of them drawn.

// columns: {title, cell(row), key(row) to sort by, class}; detail(row) gives what a row unfolds to.
function pagedTable({ label, columns, size = 50, detail = null, empty = "Nothing to show." }) {
  let rows = [];
  let start = 0;
  let sortedBy = null;
  let descending = false;
  const open = new Set();

  const heads = columns.map((column, index) => {
    const head = h("th", { scope: "col", class: column.class });
    if (column.key) head.append(h("button", { type: "button", class: "sort", onclick: () => sortBy(index) }, column.title));
    else head.append(column.title);
    return head;
  });
  const body = h("tbody");
  const pager = h("div", { class: "pager" });
  const table = h("table", { class: "grid", "aria-label": label }, h("thead", null, h("tr", null, heads)), body);
  const element = h("div", { class: "paged" }, h("div", { class: "scroll", tabindex: "-1" }, table), pager);

  function sortBy(index) {
    descending = sortedBy === index ? !descending : columns[index].descends === true;
    sortedBy = index;
    start = 0;
    sort();
    draw();
  }

  function sort() {
    if (sortedBy === null) return;
    const keys = new Map(rows.map((row) => [row, columns[sortedBy].key(row)]));
    const sign = descending ? -1 : 1;
    rows = [...rows].sort((a, b) => sign * compare(keys.get(a), keys.get(b)));
    heads.forEach((head, index) => {
      if (index === sortedBy) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }

  function draw() {
    const shown = rows.slice(start, start + size);
    const lines = shown.flatMap((row) => drawRow(row));
    if (!lines.length) lines.push(h("tr", { class: "empty" }, h("td", { colspan: columns.length }, empty)));
    body.replaceChildren(...lines);
    drawPager();
  }

  function drawRow(row) {
    const cells = columns.map((column) => h("td", { class: column.class, "data-label": column.title }, column.cell(row)));
    const line = h("tr", null, cells);
    if (!detail) return [line];
    line.classList.add("unfolds");
    const button = h("button", { type: "button", class: "fold", "aria-expanded": "false", "aria-label": "Show evidence" });
    cells[0].prepend(button);
    let unfolded = null;
    const set = (isOpen) => {
      button.setAttribute("aria-expanded", String(isOpen));
      line.classList.toggle("open", isOpen);
      if (isOpen) {
        open.add(row);
        unfolded = h("tr", { class: "detail" }, h("td", { colspan: columns.length }, detail(row)));
        line.after(unfolded);
      } else {
        open.delete(row);
        if (unfolded) unfolded.remove();
        unfolded = null;
      }
    };
    line.addEventListener("click", (event) => {
      const control = event.target.closest("button, a, input, select");
      if ((control && control !== button) || String(getSelection()).length) return;
      set(button.getAttribute("aria-expanded") === "false");
    });
    if (open.has(row)) queueMicrotask(() => set(true));
    return [line];
  }

  function drawPager() {
    pager.replaceChildren();
    if (rows.length <= size) return;
    const step = (label, to, disabled) =>
      h("button", { type: "button", disabled, onclick: () => { start = to; draw(); element.scrollIntoView({ block: "nearest" }); } }, label);
    const last = Math.floor((rows.length - 1) / size) * size;
    pager.append(
      step("First", 0, start === 0),
      step("Previous", Math.max(start - size, 0), start === 0),
      h("span", null, `${formatNumber(start + 1)} to ${formatNumber(Math.min(start + size, rows.length))} of ${formatNumber(rows.length)}`),
      step("Next", start + size, start + size >= rows.length),
      step("Last", last, start >= last),
    );
  }

  return {
    element,
    show(list) {
      rows = list;
      start = 0;
      sort();
      draw();
    },
    unfold(row) {
      open.add(row);
      const place = rows.indexOf(row);
      if (place >= 0) start = Math.floor(place / size) * size;
      draw();
    },
    // For paper: as many rows as fit a sensible print.
    resize(rowsAPage) {
      size = rowsAPage;
      draw();
    },
  };
}

function compare(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return a < b ? -1 : 1;
}

function range(count) {
  return Array.from({ length: count }, (_, i) => i);
}

function section(id, title, ...children) {
  return h("section", { id, "aria-labelledby": id + "-title" }, h("h2", { id: id + "-title" }, title), children);
}

// Buttons of which any number may be pressed.
function chips(label, names, draw, isOn, press) {
  const buttons = names.map((name) => h("button", { type: "button", class: "chip", "aria-pressed": "false", onclick: () => press(name) }, draw(name)));
  return {
    element: h("div", { class: "chips", role: "group", "aria-label": label }, buttons),
    update() {
      names.forEach((name, i) => buttons[i].setAttribute("aria-pressed", String(isOn(name))));
    },
  };
}
