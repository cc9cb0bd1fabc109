"use strict";

// Hides the rows that the fields above exclude, and groups without visible rows.
function startFilter() {
  const form = document.getElementById("filters");
  const rows = [...document.querySelectorAll("[data-row]")];
  const groups = [...document.querySelectorAll("[data-group]")];
  const texts = rows.map((row) => row.dataset.row.toLowerCase() || row.textContent.toLowerCase());
  const fields = [...form.querySelectorAll("select[data-field]")];
  const query = document.getElementById("query");
  const found = document.getElementById("found");

  function filter() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    rows.forEach((row, at) => {
      const wanted = fields.every(({ value, dataset: { field } }) => !value || !(field in row.dataset) || row.dataset[field] === value);
      row.hidden = !wanted || "same" in row.dataset || !words.every((word) => texts[at].includes(word));
      left += !row.hidden;
    });
    groups.forEach((group) => { group.hidden = !group.querySelector("[data-row]:not([hidden])"); });
    found.textContent = left === rows.length ? `${rows.length} in all` : `${left} of ${rows.length}`;
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, dialog");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      query.focus();
      query.select();
    } else if (event.key === "Escape" && event.target === query) { query.value = ""; filter(); }
  });
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
}

startFilter();
