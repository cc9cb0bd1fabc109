"use strict";

function startComparison(data) {
  const area = document.getElementById("compare");
  const choice = document.getElementById("against");
  const changes = document.getElementById("changes");
  const number = (release) => data.releases.indexOf(release);
  const own = number(area.dataset.release);
  const defaultIn = (runs, at) => { const run = runs.find(([since, until]) => since <= at && at <= until); return run ? data.texts[run[2]] : null; };

  function list(title, rows) {
    const items = document.createElement("ul");
    items.append(...rows.map(([name, path, text]) => {
      const item = document.createElement("li");
      const code = make("code", name);
      if (path) { const link = make("a", "", `../${path}`); link.append(code); item.append(link); }
      else item.append(code);
      item.append(text);
      return item;
    }));
    return [make("h3", `${title} (${rows.length})`), items];
  }

  function compare() {
    const other = number(choice.value);
    const added = [], removed = [], changed = [];
    for (const [name, path, runs] of data.names) {
      const before = defaultIn(runs, other), after = defaultIn(runs, own);
      if (before === null && after !== null) added.push([name, path, `: default ${after}`]);
      else if (before !== null && after === null) removed.push([name, path, ""]);
      else if (before !== after) changed.push([name, path, `: ${before} → ${after}`]);
    }
    const renamed = data.renames
      .filter((row) => row[3].includes(own) && !row[3].includes(other))
      .map(([old, instead, path]) => [old, path, instead ? `: use ${instead}` : ""]);
    changes.replaceChildren(
      make("h2", `Changes ${other < own ? "since" : "compared with the later"} ${choice.value}`),
      ...list("New names", added), ...list("Names no longer read", removed),
      ...list("Newly deprecated names", renamed), ...list("Changed defaults", changed));
  }

  choice.addEventListener("change", compare);
  area.hidden = false;
}

startComparison(window.ENVCTL_RELEASES);
