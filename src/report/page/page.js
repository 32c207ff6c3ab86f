// @ts-check
// The page's own part: a table of claims to sort and filter, weights to move, studies to open. What it shows is read from what is packed into
// the page of the audit (in the words of audit.json); what it computes are realism scores and shares, by the rules of the program.
"use strict";

/** @typedef {{low: string, high: string, level: string}} Condition */
/** @typedef {{outcome: string, comparison?: ?string}} World */
/** @typedef {{id: string, study: string, definition: string, statement: string, verdict: string, fidelity: string, published: ?World, worlds: Object<string, ?World>,
 *   held: ?{published: ?World, worlds: Object<string, ?World>}, flips_under: ?{conditions: string[], pairs?: string[]}}} Claim */
/** @typedef {{id: string, title: string, year: number, families: string[], realism: {low: ?number, mid: ?number, high: ?number, conditions: Object<string, Condition>}}} Study */
/** @typedef {{id: string, against: ?string, studies: Object<string, Object<string, string>>, share_weighted: Object<string, ?number>}} Definition */
/** @typedef {{provenance: {preset: string}, worlds: {id: string, title: string}[], studies: Study[], claims: Claim[], definitions: Definition[],
 *   presets: Object<string, Object<string, number>>}} Audit */

/** What the address holds beside a place on the page. */
const state = new Map(/** @type {[string, string][]} */ ([]));
/** @type {Audit} */
let audit;
/** @type {Object<string, string>} */
let pages = {};

const WORTH = /** @type {Object<string, number>} */ ({ met: 1, partly: 0.5, unmet: 0 });
/** Fewest conditions that must be judged for a score. */
const FEWEST = 4;

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function at(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

/**
 * An element with attributes and children; text is never read as markup.
 * @param {string} tag
 * @param {Object<string, string>} [attributes]
 * @param {...(Node|string)} children
 */
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * The bytes of letters, four of five: those from "(" to "}" without "<"; a last group of fewer bytes has one letter more than bytes.
 * @param {string} letters
 */
function bytesOf(letters) {
  const words = new DataView(new ArrayBuffer(4 * Math.ceil(letters.length / 5)));
  for (let group = 0; 5 * group < letters.length; group += 1) {
    let word = 0;
    for (const letter of letters.slice(5 * group, 5 * group + 5).padEnd(5, "}")) word = 85 * word + letter.charCodeAt(0) - (letter > "<" ? 41 : 40);
    words.setUint32(4 * group, word);
  }
  return new Uint8Array(words.buffer, 0, Math.floor((4 * letters.length) / 5));
}

/** @param {string} id */
async function unpacked(id) {
  const bytes = bytesOf(at(id).textContent || "");
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/** The weights in force, by condition. */
function weights() {
  const preset = audit.presets[state.get("preset") || audit.provenance.preset];
  const own = state.get("w")?.split(",").map(Number) || [];
  return Object.fromEntries(Object.keys(preset).map((condition, place) => [condition, Number.isFinite(own[place]) ? own[place] : preset[condition]]));
}

/**
 * The realism score of a study: the weighted mean of its conditions, each half way between its lower and its upper reading; what does not apply drops with its
 * weight, and below four judged conditions there is none.
 * @param {Study} study
 * @param {Object<string, number>} weights
 * @param {"low"|"mid"|"high"} [end]
 * @returns {?number}
 */
function score(study, weights, end = "mid") {
  let [sum, total, judged] = [0, 0, 0];
  for (const [condition, coded] of Object.entries(study.realism.conditions)) {
    if (coded.level === "not-applicable") continue;
    const low = WORTH[coded.low] ?? 0;
    const high = coded.high === "unclear" ? 1 : WORTH[coded.high] ?? 0;
    judged += coded.level === "unclear" ? 0 : 1;
    sum += weights[condition] * (end === "low" ? low : end === "high" ? high : (low + high) / 2);
    total += weights[condition];
  }
  return judged >= FEWEST && total > 0 ? sum / total : null;
}

/**
 * The share of decided studies in which a definition occurs, each study weighted by its score.
 * @param {Definition} definition
 * @param {string} world
 * @param {Object<string, number>} weights
 * @returns {?number}
 */
function share(definition, world, weights) {
  let [sum, total] = [0, 0];
  for (const study of audit.studies) {
    const word = (definition.studies[world] || {})[study.id];
    const worth = word === "occurs" || word === "both" || word === "absent" ? score(study, weights) : null;
    if (worth === null) continue;
    sum += word === "occurs" ? worth : 0;
    total += worth;
  }
  return total > 0 ? sum / total : null;
}

/** @param {?number|undefined} value */
function hundredths(value) {
  return value === null || value === undefined ? "–" : value.toFixed(2);
}

/** @param {string} world */
function named(world) {
  return world === "as-published" ? "as published" : world;
}

function world() {
  return state.get("world") || audit.worlds[0]?.id || "as-published";
}

/** Takes the state from the address, where one stands there. */
function restore() {
  if (!location.hash.startsWith("#?")) return false;
  state.clear();
  new URLSearchParams(location.hash.slice(2)).forEach((value, key) => state.set(key, value));
  return true;
}

/** Writes the state into the address, so that a link restores the view. */
function remember() {
  const text = new URLSearchParams([...state].filter(([, value]) => value !== "")).toString();
  history.replaceState(null, "", text ? `#?${text}` : location.pathname + location.search);
}

/**
 * @param {string} key
 * @param {string} value
 */
function set(key, value) {
  if (value) state.set(key, value);
  else state.delete(key);
  remember();
  draw();
}

/**
 * A control with its label, bound to the state; what it makes void is dropped.
 * @param {string} key
 * @param {string} words
 * @param {[string, string][]} options
 * @param {string} [makesVoid]
 */
function choice(key, words, options, makesVoid = "") {
  const select = /** @type {HTMLSelectElement} */ (make("select", { id: `choose-${key}` }));
  for (const [value, label] of options) select.append(make("option", { value }, label));
  select.value = state.get(key) || (options[0] ? options[0][0] : "");
  select.addEventListener("change", () => {
    state.delete(makesVoid);
    set(key, select.value);
  });
  return make("label", {}, words, select);
}

/** @param {Iterable<string>} values */
function options(values) {
  return /** @type {[string, string][]} */ ([["", "all"], ...[...new Set(values)].sort().map((value) => [value, value])]);
}

/** What the claims are filtered by: of each key, the words that a claim has. */
const WORDS = /** @type {Object<string, (claim: Claim) => string[]>} */ ({
  study: (claim) => [claim.study],
  definition: (claim) => [claim.definition],
  verdict: (claim) => [claim.verdict],
  fidelity: (claim) => [claim.fidelity],
  family: (claim) => study(claim.study).families,
  condition: (claim) => claim.flips_under?.conditions || [],
  outcome: (claim) => [outcome(claim, world())],
  year: (claim) => [String(study(claim.study).year)],
});

/** @type {[string, string, (claim: Claim) => string|number][]} */
const COLUMNS = [
  ["claim", "Claim", (claim) => claim.id],
  ["year", "Year", (claim) => study(claim.study).year],
  ["definition", "Definition", (claim) => claim.definition],
  ["verdict", "Verdict", (claim) => claim.verdict],
  ["fidelity", "Fidelity", (claim) => claim.fidelity],
  ["published", "As published", (claim) => outcome(claim, "as-published")],
  ["outcome", "In the chosen world", (claim) => outcome(claim, world())],
  ["flips", "Turned by", (claim) => [...(claim.flips_under?.conditions || []), ...(claim.flips_under?.pairs || [])].join(", ")],
];

/** @type {Map<string, Study>} */
const studies = new Map();

/** @param {string} id */
function study(id) {
  const found = studies.get(id);
  if (!found) throw new Error(`the audit has no study ${id}`);
  return found;
}

/**
 * What was found in words: of a comparison of two runs what became of that, and no outcome of a definition.
 * @param {World} found
 */
function told(found) {
  return found.comparison ? `comparison ${found.comparison}` : found.outcome.replace("-", " ");
}

/**
 * Of a conditional claim that changes the study's setting, what was found with its change.
 * @param {Claim} claim
 * @param {string} world
 */
function outcome(claim, world) {
  const of = claim.held || claim;
  const found = world === "as-published" ? of.published : of.worlds[world];
  return (found ? told(found) : "not asked") + (claim.held ? " (where it holds)" : "");
}

/** By which column the claims are sorted, and which way. */
function order() {
  const [key, turn] = (state.get("sort") || "claim").split("-");
  return { key, isDown: turn === "down" };
}

function chosen() {
  const text = (state.get("q") || "").toLowerCase();
  const has = (/** @type {Claim} */ claim) =>
    Object.entries(WORDS).every(([key, words]) => !state.get(key) || words(claim).includes(state.get(key) || "")) &&
    `${claim.id} ${claim.statement}`.toLowerCase().includes(text);
  const { key, isDown } = order();
  const column = COLUMNS.find(([name]) => name === key) || COLUMNS[0];
  const compare = (/** @type {Claim} */ a, /** @type {Claim} */ b) => {
    const [left, right] = [column[2](a), column[2](b)];
    return (left < right ? -1 : left > right ? 1 : 0) * (isDown ? -1 : 1) || (a.id < b.id ? -1 : 1);
  };
  return audit.claims.filter(has).sort(compare);
}
