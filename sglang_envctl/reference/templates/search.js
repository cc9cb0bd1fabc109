"use strict";

function startSearch(index) {
  const PAGE = 100;
  const FILTERS = { section: 4, owner: 5, type: 6, documented: 7 };
  const RUNS = 8;
  const get = (id) => document.getElementById(id);
  const query = get("query"), results = get("results"), more = get("more");
  const fill = (id, words) => words
    .map((word, at) => [word, at])
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .forEach(([word, at]) => { const option = make("option", word); option.value = at; get(id).append(option); });
  fill("section", index.sections);
  fill("owner", index.owners);
  fill("type", index.types);
  for (const id of ["read", "unread"]) {
    index.releases.forEach((release, at) => { const option = make("option", release); option.value = at; get(id).prepend(option); });
    get(id).prepend(get(id).querySelector("[value='']"));
    get(id).value = "";
  }
  const isRead = (row, at) => row[RUNS].some(([since, until]) => since <= at && at <= until);
  const texts = index.rows.map((row) => [row[0].toLowerCase(), `${row[0]}\n${row[2]}\n${row[3]}`.toLowerCase()]);
  let found = [], shown = 0;

  // Sorts by match: the whole name, the beginning of a name, a part of a name, then other texts.
  function rank(at, words) {
    const [name, text] = texts[at];
    if (!words.every((word) => text.includes(word))) return -1;
    if (name === words[0]) return 0;
    if (name.startsWith(words[0])) return 1;
    return words.every((word) => name.includes(word)) ? 2 : 3;
  }

  function show() {
    const rows = found.slice(shown, shown + PAGE).map((at) => {
      const [name, href, summary] = index.rows[at];
      const link = make("a", "", href);
      link.append(make("code", name), make("span", summary));
      const item = document.createElement("li");
      item.append(link);
      return item;
    });
    results.append(...rows);
    shown += rows.length;
    more.hidden = shown >= found.length;
  }

  function search() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = Object.entries(FILTERS)
      .filter(([id]) => get(id).value !== "")
      .map(([id, column]) => [column, Number(get(id).value)]);
    const read = get("read").value, unread = get("unread").value;
    const inReleases = (row) => (!read || isRead(row, read)) && (!unread || (row[FILTERS.documented] >= 0 && !isRead(row, unread)));
    results.replaceChildren();
    shown = 0;
    found = [];
    const asked = words.length > 0 || wanted.length > 0 || read || unread;
    if (asked) {
      const ranked = [[], [], [], []];
      index.rows.forEach((row, at) => {
        if (!wanted.every(([column, value]) => row[column] === value) || !inReleases(row)) return;
        const place = words.length ? rank(at, words) : 0;
        if (place >= 0) ranked[place].push(at);
      });
      found = ranked.flat();
    }
    get("count").textContent = asked ? `${found.length} found` : `${index.rows.length} names and rules`;
    show();
  }

  function move(step) {
    const links = [...results.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    const next = at + step;
    if (next < 0) query.focus();
    else if (next < links.length) links[next].focus();
    else if (!more.hidden) { show(); results.querySelectorAll("a")[next].focus(); }
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select");
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "/" && !typing) {
      event.preventDefault();
      query.focus();
      query.select();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const inside = event.target === query || results.contains(event.target);
      if (!inside || (event.target === query && event.key === "ArrowUp")) return;
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && event.target === query) {
      event.preventDefault();
      const first = results.querySelector("a");
      if (first) first.click();
    } else if (event.key === "Escape" && results.contains(event.target)) query.focus();
  });
  query.addEventListener("input", search);
  [...Object.keys(FILTERS), "read", "unread"].forEach((id) => get(id).addEventListener("change", search));
  more.addEventListener("click", show);
  get("search").addEventListener("submit", (event) => event.preventDefault());
  get("search").hidden = false;
  search();
}

startSearch(window.ENVCTL_INDEX);
