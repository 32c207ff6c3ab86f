// @ts-check
/// <reference path="page.js" />
// What is drawn: claims, weights, studies, contents. The order of the two files is that of the page.

/**
 * What the page of its study says of a claim.
 * @param {Claim} claim
 */
function section(claim) {
  const place = `${claim.study}--${claim.id.split("/")[1]}`;
  const page = /** @type {HTMLTemplateElement} */ (make("template"));
  page.innerHTML = pages[claim.study];
  const box = make("div", { class: "path" });
  let next = page.content.getElementById(place)?.nextElementSibling;
  while (next && !/^H\d$/.test(next.tagName)) {
    const after = next.nextElementSibling;
    box.append(next);
    next = after;
  }
  box.append(make("p", {}, make("a", { href: `#${place}` }, "on the study's page")));
  return box;
}

/** @param {Claim} claim */
function row(claim) {
  const isOpen = state.get("claim") === claim.id;
  const button = make("button", { class: "claim", "aria-expanded": String(isOpen), id: `open-${claim.id}` }, claim.id);
  button.addEventListener("click", () => set("claim", isOpen ? "" : claim.id));
  const first = make("td", {}, button);
  if (isOpen) first.append(section(claim));
  const line = make("tr", isOpen ? { class: "open" } : {}, first);
  if (isOpen) first.setAttribute("colspan", String(COLUMNS.length));
  else for (const [, , value] of COLUMNS.slice(1)) line.append(make("td", {}, String(value(claim))));
  return line;
}

function claims() {
  const found = chosen();
  const { key: sorted, isDown } = order();
  const head = make("tr");
  for (const [key, words] of COLUMNS) {
    const isSorted = key === sorted;
    const button = make("button", { id: `sort-${key}` }, words + (isSorted ? (isDown ? " ↓" : " ↑") : ""));
    button.addEventListener("click", () => set("sort", isSorted && !isDown ? `${key}-down` : key));
    head.append(make("th", { scope: "col", ...(isSorted ? { "aria-sort": isDown ? "descending" : "ascending" } : {}) }, button));
  }
  const table = make("table", { class: "claims" }, make("caption", {}, `${found.length} of ${audit.claims.length} claims`), make("thead", {}, head), make("tbody", {}, ...found.map(row)));
  return make("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Claims" }, table);
}

/**
 * @param {string} caption
 * @param {string[]} heads
 * @param {{cells: (Node|string)[], isChanged: boolean}[]} rows
 */
function sheet(caption, heads, rows) {
  const lines = rows.map(({ cells, isChanged }) => make("tr", isChanged ? { class: "changed" } : {}, ...cells.map((cell) => make("td", {}, cell))));
  const head = make("tr", {}, ...heads.map((word) => make("th", { scope: "col" }, word)));
  const table = make("table", {}, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...lines));
  return make("div", { class: "table", tabindex: "0", role: "region", "aria-label": caption }, table);
}

function shares() {
  const [now, before, chosenWorld] = [weights(), audit.presets[audit.provenance.preset], world()];
  const reportWorld = audit.worlds[0]?.id || "as-published";
  const rows = audit.definitions.map((definition) => {
    const words = Object.values(definition.studies[chosenWorld] || {});
    const counted = (/** @type {string} */ word) => String(words.filter((found) => found === word).length);
    const [mine, theirs] = [share(definition, chosenWorld, now), share(definition, reportWorld, before)];
    const side = (/** @type {?number} */ value) => (value === null ? "" : value > 0.5 ? "most" : "at most half");
    const name = definition.id + (definition.against ? `, against ${definition.against}` : "");
    return {
      cells: [make("code", {}, name), ...["occurs", "both", "absent", "undecided"].map(counted), hundredths(theirs), hundredths(mine), side(mine)],
      isChanged: side(mine) !== side(theirs),
    };
  });
  return sheet(
    `Definitions in the world "${named(chosenWorld)}": studies whose exact and scaled main simulations say so, and the share in which it occurs among decided ones, each study weighted by its realism score; marked where your choice moves it over one half`,
    ["Definition", "Occurs", "Both", "Absent", "Undecided", `Share, ${named(reportWorld)}, preset of the report`, "Share, your choice", "Which is"],
    rows,
  );
}

function ranks() {
  const [now, before] = [weights(), audit.presets[audit.provenance.preset]];
  const ranked = (/** @type {Object<string, number>} */ by) => {
    const scored = audit.studies.map((one) => ({ one, value: score(one, by) })).filter(({ value }) => value !== null);
    scored.sort((a, b) => Number(b.value) - Number(a.value) || (a.one.id < b.one.id ? -1 : 1));
    return scored;
  };
  const old = new Map(ranked(before).map(({ one }, place) => [one.id, place + 1]));
  const rows = ranked(now).map(({ one, value }, place) => {
    const was = old.get(one.id) || 0;
    const moved = was - (place + 1);
    const link = make("a", { href: `#${one.id}` }, one.id);
    const cells = [String(place + 1), link, hundredths(score(one, now, "low")), hundredths(value), hundredths(score(one, now, "high")), moved ? `${moved > 0 ? "up" : "down"} ${Math.abs(moved)} from ${was}` : ""];
    return { cells, isChanged: moved !== 0 };
  });
  return sheet("Studies by realism score under your weights; marked where the rank differs from that under the report's preset", ["Rank", "Study", "Low", "Score", "High", "Moved"], rows);
}

function sliders() {
  const now = weights();
  const box = make("div", { class: "controls" });
  for (const [condition, weight] of Object.entries(now)) {
    const slider = /** @type {HTMLInputElement} */ (make("input", { type: "range", min: "0", max: "4", step: "0.25", value: String(weight), id: `weight-${condition}` }));
    const output = make("output", { for: slider.id }, String(weight));
    slider.addEventListener("input", () => {
      const moved = { ...weights(), [condition]: Number(slider.value) };
      output.textContent = slider.value;
      state.set("w", Object.values(moved).join(","));
      remember();
      refresh("shares", shares());
      refresh("ranks", ranks());
    });
    box.append(make("label", {}, condition, slider, output));
  }
  return box;
}

/**
 * @param {string} id
 * @param {Node} content
 */
function refresh(id, content) {
  at(id).replaceChildren(content);
}

function filters() {
  const search = /** @type {HTMLInputElement} */ (make("input", { type: "search", value: state.get("q") || "", id: "search" }));
  search.addEventListener("input", () => {
    if (search.value) state.set("q", search.value);
    else state.delete("q");
    remember();
    refresh("claims", claims());
  });
  const box = make("div", { class: "controls" }, make("label", {}, "words", search));
  const labels = /** @type {Object<string, string>} */ ({ family: "model family", condition: "turned by condition", outcome: "in the chosen world" });
  for (const [key, words] of Object.entries(WORDS)) box.append(choice(key, labels[key] || key, options(audit.claims.flatMap(words))));
  const clear = make("button", { id: "show-all" }, "Show all");
  clear.addEventListener("click", () => {
    ["q", "claim", ...Object.keys(WORDS)].forEach((key) => state.delete(key));
    remember();
    draw();
  });
  box.append(clear);
  return box;
}

/** Draws everything that hangs on the state; what had the focus has it again. */
function draw() {
  const focused = document.activeElement?.id || "";
  const worlds = /** @type {[string, string][]} */ ([...audit.worlds.map(({ id, title }) => [id, title]), ["as-published", "As published"]]);
  const presets = /** @type {[string, string][]} */ ([audit.provenance.preset, ...Object.keys(audit.presets).filter((name) => name !== audit.provenance.preset)].map((name) => [name, name]));
  const preset = choice("preset", "preset of weights", presets, "w");
  refresh("choices", make("div", { class: "controls" }, choice("world", "what counts as realistic", worlds), preset));
  refresh("sliders", sliders());
  refresh("shares", shares());
  refresh("ranks", ranks());
  refresh("filters", filters());
  refresh("claims", claims());
  document.getElementById(focused)?.focus();
  reach();
}

/** Lets the keyboard reach what scrolls sideways. */
function reach() {
  const boxes = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".table, pre"));
  boxes.forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  });
}

/** Shows what the address names: a study, a view of the report, or a place in it. */
function place() {
  if (restore()) draw();
  const hash = decodeURIComponent(location.hash.slice(1));
  const id = hash.split("--")[0];
  const isStudy = id in pages;
  at("study").hidden = !isStudy;
  at("report").hidden = isStudy;
  if (isStudy) {
    const back = make("button", {}, "Back to the report");
    back.addEventListener("click", () => {
      remember();
      at("study").hidden = true;
      at("report").hidden = false;
      reach();
      window.scrollTo(0, 0);
    });
    at("study").innerHTML = pages[id];
    at("study").prepend(back);
  }
  reach();
  document.getElementById(hash)?.scrollIntoView();
}

function contents() {
  const list = make("ul");
  for (const head of document.querySelectorAll("#report h2")) {
    list.append(make("li", {}, make("a", { href: `#${head.id}` }, head.textContent || "")));
  }
  at("contents").append(make("details", {}, make("summary", {}, "Contents"), list));
  at("contents").hidden = false;
}

async function start() {
  const box = at("argue");
  // The answer comes first, and what to argue with stands before the tables.
  document.getElementById("the-audit-table")?.before(box);
  box.hidden = false;
  try {
    [audit, pages] = await Promise.all(["packed-audit", "packed-studies"].map((id) => unpacked(id).then(JSON.parse)));
  } catch (trouble) {
    at("state").textContent = `This browser cannot unpack the audit (${trouble}); the report below is whole, studies have pages in studies/.`;
    return;
  }
  audit.studies.forEach((one) => studies.set(one.id, one));
  restore();
  const under = (/** @type {string} */ id) => make("div", { id });
  box.replaceChildren(
    make("h2", { id: "argue-with-it" }, "Argue with it"),
    make("p", {}, "Choose what counts as realistic, weigh the eight conditions as you would, and see which scores, ranks and shares move. The address keeps your view."),
    under("choices"), under("sliders"), under("shares"), make("details", {}, make("summary", {}, "Scores and ranks of all studies"), under("ranks")),
    make("h2", { id: "all-claims" }, "All claims"), under("filters"), under("claims"),
  );
  draw();
  contents();
  place();
  window.addEventListener("hashchange", place);
  window.addEventListener("resize", reach);
}

start();
