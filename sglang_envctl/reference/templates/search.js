"use strict";

function make(tag, text, href) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (href) element.setAttribute("href", href);
  return element;
}

function startTheme() {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("envctl-theme"); } catch { return null; } };
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const label = () => { button.textContent = dark() ? "Light theme" : "Dark theme"; };
  const chosen = stored();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("envctl-theme", root.dataset.theme); } catch { /* it holds for this page */ }
    label();
  });
  system.addEventListener("change", label);
  label();
  button.hidden = false;
}

function startSearch(index) {
  const PAGE = 100;
  const FILTERS = { section: 4, owner: 5, type: 6, documented: 7, alive: 8 };
  const get = (id) => document.getElementById(id);
  const query = get("query"), results = get("results"), more = get("more");
  const fill = (id, words) => words
    .map((word, at) => [word, at])
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .forEach(([word, at]) => { const option = make("option", word); option.value = at; get(id).append(option); });
  fill("section", index.sections);
  fill("owner", index.owners);
  fill("type", index.types);
  const texts = index.rows.map((row) => [row[0].toLowerCase(), `${row[0]}\n${row[2]}\n${row[3]}`.toLowerCase()]);
  let found = [], shown = 0;

  // The name itself first, then names that begin with the word, that contain it, then texts.
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
    results.replaceChildren();
    shown = 0;
    found = [];
    const asked = words.length > 0 || wanted.length > 0;
    if (asked) {
      const ranked = [[], [], [], []];
      index.rows.forEach((row, at) => {
        if (!wanted.every(([column, value]) => row[column] === value)) return;
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
  Object.keys(FILTERS).forEach((id) => get(id).addEventListener("change", search));
  more.addEventListener("click", show);
  get("search").addEventListener("submit", (event) => event.preventDefault());
  get("search").hidden = false;
  search();
}

function startComparison(data) {
  const area = document.getElementById("compare");
  const choice = document.getElementById("against");
  const changes = document.getElementById("changes");
  const number = (release) => data.releases.indexOf(release);
  const own = number(area.dataset.release);
  const defaultIn = (runs, at) => { const run = runs.find(([since, until]) => since <= at && at <= until); return run ? data.texts[run[2]] : null; };

  function list(title, rows) {
    const items = document.createElement("ul");
    items.append(...rows.map(([name, file, text]) => {
      const item = document.createElement("li");
      const code = make("code", name);
      if (file) { const link = make("a", "", `../variables/${file}.html`); link.append(code); item.append(link); }
      else item.append(code);
      item.append(text);
      return item;
    }));
    return [make("h3", `${title} (${rows.length})`), items];
  }

  function compare() {
    const other = number(choice.value);
    const added = [], removed = [], changed = [];
    for (const [name, file, runs] of data.names) {
      const before = defaultIn(runs, other), after = defaultIn(runs, own);
      if (before === null && after !== null) added.push([name, file, `: default ${after}`]);
      else if (before !== null && after === null) removed.push([name, file, ""]);
      else if (before !== after) changed.push([name, file, `: ${before} → ${after}`]);
    }
    const renamed = data.renames
      .filter((row) => row[3].includes(own) && !row[3].includes(other))
      .map(([old, instead, file]) => [old, file, instead ? `: use ${instead}` : ""]);
    changes.replaceChildren(
      make("h2", `Changes ${other < own ? "since" : "compared with the later"} ${choice.value}`),
      ...list("New names", added), ...list("Names no longer read", removed),
      ...list("Newly deprecated names", renamed), ...list("Changed defaults", changed));
  }

  choice.addEventListener("change", compare);
  area.hidden = false;
}

startTheme();
if (window.ENVCTL_INDEX) startSearch(window.ENVCTL_INDEX);
if (window.ENVCTL_RELEASES) startComparison(window.ENVCTL_RELEASES);
