// The page of the committed report in a real browser: it sorts, filters, weighs as the program does, opens studies and restores views, without an error,
// without a request, without a serious fault of access.
//
// usage: npm ci && CHROMIUM=/usr/bin/chromium npm test        (from this folder; REPORT=DIR for another report than the committed one)
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const here = path.dirname(fileURLToPath(import.meta.url));
const report = path.resolve(process.env.REPORT || path.join(here, "../../report"));
const address = pathToFileURL(path.join(report, "index.html")).href;
const audit = JSON.parse(fs.readFileSync(path.join(report, "audit.json"), "utf8"));

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
const faults = [];
page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
page.on("pageerror", (error) => faults.push(String(error)));
page.on("request", (request) => /^(file|data):/.test(request.url()) || faults.push(`asks for ${request.url()}`));

const cells = (where) => page.$$eval(`${where} tbody tr`, (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
const near = (found, wanted, what) => assert.ok(Math.abs(Number(found) - wanted) <= 0.0051, `${what}: the page says ${found}, the program ${wanted}`);

await page.goto(address);
await page.waitForSelector("table.claims");

// Shares under the report's own preset are those of the program.
const shares = await cells("#shares");
assert.equal(shares.length, audit.definitions.length);
audit.definitions.forEach((definition, at) => {
  const wanted = definition.share_weighted[audit.worlds[0].id];
  if (wanted === null) assert.equal(shares[at][6], "–");
  else near(shares[at][6], wanted, definition.id);
});

// Another world moves conclusions too, and those that it moves are marked.
const side = (share) => (share === null ? "" : share > 0.5 ? "most" : "at most half");
await page.selectOption("#choose-world", "as-published");
const turned = audit.definitions.map(({ share_weighted: share }) => side(share["as-published"]) !== side(share[audit.worlds[0].id]));
assert.ok(turned.includes(true) && turned.includes(false));
assert.deepEqual(await page.$$eval("#shares tbody tr", (rows) => rows.map((row) => row.className === "changed")), turned);
await page.selectOption("#choose-world", audit.worlds[0].id);

// Scores under another preset are the program's as well.
const preset = Object.keys(audit.presets).find((name) => name !== audit.provenance.preset);
await page.selectOption("#choose-preset", preset);
await page.click("#argue details summary");
const ranks = await cells("#ranks");
const scored = Object.entries(audit.sensitivity.presets[preset]).filter(([, score]) => score !== null);
assert.equal(ranks.length, scored.length);
ranks.forEach(([, study, , score]) => near(score, audit.sensitivity.presets[preset][study], study));

// A slider moves scores, and only weights move them.
await page.$eval("#weight-accumulate", (slider) => {
  slider.value = "4";
  slider.dispatchEvent(new Event("input", { bubbles: true }));
});
const moved = await cells("#ranks");
assert.notDeepEqual(moved.map((row) => row[3]), ranks.map((row) => row[3]));

// Filter, sort, open a claim; a link restores all of it.
await page.selectOption("#choose-verdict", "contradicted");
const contradicted = audit.claims.filter((claim) => claim.verdict === "contradicted").length;
assert.equal(await page.textContent("table.claims caption"), `${contradicted} of ${audit.claims.length} claims`);
await page.click("#sort-year");
assert.equal(await page.evaluate(() => document.activeElement?.id), "sort-year");
const years = (await cells("table.claims")).map((row) => Number(row[1]));
assert.deepEqual(years, [...years].sort((a, b) => a - b));
await page.click("button.claim");
const opened = await page.textContent("tr.open");
const shown = audit.claims.find((claim) => opened.startsWith(claim.id));
for (const word of [shown.statement, "Verdict. contradicted", `Test. ${shown.test}`, "Numbers. estimate ", shown.repeat]) assert.ok(opened.includes(word), word);
const link = page.url();
await page.goto("about:blank");
await page.goto(link);
await page.waitForSelector("tr.open");
assert.equal(await page.textContent("tr.open"), opened);
assert.deepEqual((await cells("#ranks")).map((row) => row[3]), moved.map((row) => row[3]));

// Back from a study to the view before it, and from one view to another by its link alone.
await page.evaluate(() => document.querySelector("tr.open a").click());
await page.waitForSelector("#study h2");
await page.goBack();
await page.waitForSelector("tr.open");
assert.ok(await page.isVisible("#report") && !(await page.isVisible("#study")) && page.url() === link);
const [first] = audit.studies;
await page.evaluate((id) => (location.hash = `#?study=${id}`), first.id);
await page.waitForFunction(() => !document.querySelector("tr.open"));
assert.equal(await page.textContent("table.claims caption"), `${audit.claims.filter((claim) => claim.study === first.id).length} of ${audit.claims.length} claims`);
assert.equal(await page.inputValue("#choose-study"), first.id);
await page.goto(link);
await page.waitForSelector("tr.open");

// What compares two runs is told as that, and a conditional claim with the change under which it holds.
const told = (claim) => page.evaluate((one) => outcome(one, "as-published"), claim);
for (const claim of audit.claims) {
  if (claim.held) assert.ok((await told(claim)).endsWith(" (where it holds)"), claim.id);
  else if (claim.published?.comparison) assert.equal(await told(claim), `comparison ${claim.published.comparison}`);
}

// A study by link, and back.
const claim = audit.claims[0];
await page.goto("about:blank");
await page.goto(`${address}#${claim.study}--${claim.id.split("/")[1]}`);
await page.waitForSelector("#study h2");
assert.ok((await page.textContent("#study")).includes(claim.statement) && !(await page.isVisible("#report")));
await page.click("#study > button");
assert.ok(await page.isVisible("#argue"));

// What a study's page leaves to the glossary is one click away.
await page.goto("about:blank");
await page.goto(`${address}#${audit.studies.find((one) => Object.keys(one.profiles).length).id}`);
for (const place of ["findings", "claims"]) {
  await page.click(`#study a[href="#glossary--${place}"]`);
  await page.waitForSelector(`#glossary--${place}`, { state: "visible" });
  assert.ok(!(await page.isVisible("#study")));
  await page.goBack();
  await page.waitForSelector("#study h2");
}

// The report and a study, each wide and narrow and in light and dark, with all that unfolds unfolded.
const axe = fs.readFileSync(path.join(here, "node_modules/axe-core/axe.min.js"), "utf8");
const views = /** @type {const} */ ([["", 1200, "light"], ["", 360, "dark"], [`#${claim.study}`, 1200, "dark"], [`#${claim.study}`, 360, "light"]]);
for (const [place, width, colorScheme] of views) {
  const shown = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  shown.on("pageerror", (error) => faults.push(String(error)));
  await shown.goto(address + place);
  await shown.waitForSelector(place ? "#study h2" : "table.claims");
  await shown.$$eval("details", (all) => all.forEach((one) => (one.open = true)));
  assert.equal(await shown.evaluate(() => document.documentElement.scrollWidth), width);
  await shown.evaluate(axe);
  const serious = (await shown.evaluate(() => globalThis.axe.run())).violations.filter((fault) => ["serious", "critical"].includes(fault.impact));
  assert.deepEqual(serious.map((fault) => `${fault.id} at ${fault.nodes[0].target}, ${width} wide, ${colorScheme} ${place}`), []);
  await shown.close();
}
// On paper, which nobody can scroll, no table is cut, neither of the report nor of a study: what a sheet of letter paper holds lying down.
for (const place of ["", `#${claim.study}`]) {
  const paper = await browser.newPage({ viewport: { width: 960, height: 700 } });
  await paper.goto(address + place);
  await paper.waitForSelector(place ? "#study h2" : "table.claims");
  await paper.emulateMedia({ media: "print" });
  const cut = await paper.$$eval(".table, pre", (boxes) => boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => (box.textContent || "").slice(0, 60)));
  assert.deepEqual(cut, []);
  assert.ok((await paper.$$eval(".table", (boxes) => boxes.filter((box) => box.clientWidth > 0).length)) > 0);
  await paper.close();
}
assert.deepEqual(faults, []);
await browser.close();
console.log(`the page holds: ${shares.length} shares and ${ranks.length} scores as the program has them, ${audit.claims.length} claims`);
