// Words typed leave only the rules that hold them all, and open nothing: the page is as it was once they are gone.
"use strict";
(() => {
  const field = document.getElementById("find-rules"), told = document.getElementById("found-rules");
  if (!field) return;
  field.closest("[data-needs-script]").hidden = false;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const rules = [...document.querySelectorAll("details.rule-card")].map((card) => [card, plain(card.textContent)]);
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let left = 0;
    for (const [card, text] of rules) {
      card.hidden = !words.every((word) => text.includes(word));
      if (!card.hidden) left += 1;
    }
    for (const policy of document.querySelectorAll("section.policy")) {
      policy.hidden = words.length > 0 && !policy.querySelector("details.rule-card:not([hidden])");
    }
    told.textContent = words.length ? String(left) : "";
  });
})();
