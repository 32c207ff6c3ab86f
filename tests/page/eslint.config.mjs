// What is looked for in the scripts of the page and in their test: the recommended rules, with what a browser and this test hand them.
import js from "@eslint/js";

const browser = ["document", "window", "location", "history", "atob", "Blob", "Response", "DecompressionStream", "URLSearchParams", "Event", "HTMLElement"];
const test = ["console", "process", "URLSearchParams", "document", "location", "Event", "outcome"];
const readonly = (names) => Object.fromEntries(names.map((name) => [name, "readonly"]));

export default [
  js.configs.recommended,
  { rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error" } },
  // The two files of the page are one script: they are read as one, under a name of their own.
  { files: ["**/whole.js"], languageOptions: { sourceType: "script", globals: readonly(browser) } },
  { files: ["**/*.mjs"], languageOptions: { globals: readonly(test) } },
];
