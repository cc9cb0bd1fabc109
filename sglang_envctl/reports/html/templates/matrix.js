"use strict";

// Shows the nodes with a value, from its cell, or of a whole group, from the head of its column.
function startNodes() {
  const dialog = document.getElementById("nodes");
  const [title, about, list] = dialog.querySelectorAll("h2, p, ul");
  const heads = (table) => [...table.tHead.rows[0].cells];
  function group(head) {
    const copy = document.querySelector(head.querySelector("a").getAttribute("href")).cloneNode(true);
    copy.removeAttribute("id");
    return copy;
  }

  function open(heading, text, items) {
    title.textContent = heading;
    about.textContent = text;
    list.replaceChildren(...items);
    dialog.showModal();
  }

  function openCell(cell) {
    const row = cell.parentElement;
    const several = cell.querySelector("ul");
    const same = [...row.cells].filter((other) => other === cell || (cell.dataset.shares && other.dataset.shares === cell.dataset.shares));
    const items = several ? several.cloneNode(true).children : same.map((other) => group(heads(row.closest("table"))[other.cellIndex]));
    open(row.dataset.row, cell.querySelector("button").textContent, items);
  }

  function move(cell, key) {
    const rows = [...cell.closest("tbody").rows].filter((row) => !row.hidden);
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
    if (!step) return false;
    const row = rows[rows.indexOf(cell.parentElement) + step[0]];
    let at = cell.cellIndex + step[1];
    while (row && row.cells[at] && row.cells[at].hidden) at += step[1] || 1;
    const next = row && row.cells[at] && row.cells[at].querySelector("button");
    if (next) next.focus();
    return true;
  }

  document.addEventListener("click", (event) => {
    const cell = event.target.closest(".matrix td");
    const head = event.target.closest(".matrix thead a");
    if (cell) openCell(cell);
    else if (head) {
      event.preventDefault();
      open("Nodes", head.textContent, [group(head.closest("th"))]);
    } else if (event.target === dialog) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".matrix td");
    if (cell && move(cell, event.key)) event.preventDefault();
  });
  for (const hint of document.querySelectorAll(".hint")) hint.hidden = false;
}

// Shows the columns with nodes of a role, and the rows in which these columns differ.
function startRoles() {
  const choice = document.querySelector("select[data-field=role]");
  if (!choice) return;
  choice.addEventListener("input", () => {
    for (const table of document.querySelectorAll(".matrix")) {
      const hidden = [...table.tHead.rows[0].cells].map((head) => "roles" in head.dataset && choice.value && !head.dataset.roles.split(" ").includes(choice.value));
      for (const row of table.rows) [...row.cells].forEach((cell, at) => { cell.hidden = hidden[at]; });
      for (const row of table.tBodies[0].rows) {
        const left = [...row.cells].filter((cell) => cell.tagName === "TD" && !cell.hidden).map((cell) => cell.dataset.shares);
        if (left.every((shares) => shares && shares === left[0])) row.dataset.same = "";
        else delete row.dataset.same;
      }
    }
  });
}

startNodes();
startRoles();
