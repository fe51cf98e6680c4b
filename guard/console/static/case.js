// A letter typed as part of a sentence decides nothing. On the page where posts are decided (form[data-careful]):
// letters are dead from the first thing typed in a field until Escape, and while something that is no command is typed
// outside of any field; the letter that submits waits a moment for another, and until the page could be seen.
"use strict";
(() => {
  const form = document.querySelector("form[data-careful]");
  if (!form) return;
  const QUIET = 5000, ANOTHER = 400, SEEN = 1000; // milliseconds
  const keys = new Map();
  for (const entry of document.querySelectorAll("dl.keys [data-for]")) keys.set(entry.querySelector("kbd").textContent, entry.dataset.for);
  const told = document.getElementById("asleep");
  let written = false; // in a field, and not left by Escape since
  let sentence = 0; // until when what is typed outside of fields is taken for a sentence
  let submitting = 0;
  let shown = performance.now();
  document.addEventListener("visibilitychange", () => { shown = performance.now(); });

  const typing = (element) =>
    /^(TEXTAREA|SELECT)$/.test(element.tagName) || (element.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(element.type));
  const wake = () => { written = false; sentence = 0; told.hidden = true; };
  const drop = () => { clearTimeout(submitting); submitting = 0; };

  const submit = () => {
    submitting = 0;
    const button = [...form.querySelectorAll('[data-key="submit"]')].find((each) => each.getClientRects().length > 0);
    if (!button) return;
    const missing = form.querySelector("input:invalid"); // led to, in place of the browser's own bubble over the button
    if (missing) missing.focus(); else { button.focus(); button.click(); }
  };

  form.addEventListener("input", (event) => { if (typing(event.target) && event.target.tagName !== "SELECT") written = true; });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { drop(); wake(); return; }
    if (event.key.length !== 1 || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const named = keys.get(event.key);
    const here = [...document.querySelectorAll(`[data-key="${named}"]`)].some((each) => "opens" in each.dataset || each.getClientRects().length > 0);
    const action = here ? named : ""; // a letter that does nothing here is no command
    if (submitting && action === "submit") { event.preventDefault(); return; }
    const during = submitting !== 0;
    drop();
    if (during || written || performance.now() < sentence) {
      sentence = performance.now() + QUIET;
      if (during || action) { told.hidden = false; told.scrollIntoView({ block: "nearest" }); }
      if (event.key !== " ") event.preventDefault();
    } else if (!action) {
      if (event.key !== " ") sentence = performance.now() + QUIET;
    } else if (action === "submit") {
      event.preventDefault();
      if (!event.repeat) submitting = setTimeout(submit, Math.max(ANOTHER, SEEN - (performance.now() - shown)));
    }
  }, true);
  addEventListener("pagehide", drop);
})();
