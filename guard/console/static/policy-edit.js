// The text of a policy file with its line numbers; a mistake's place, pressed, puts the cursor there.
"use strict";
(() => {
  const text = document.querySelector("textarea.code-text"), under = document.querySelector(".line-numbers");
  if (!text || !under) return;
  let shown = 0;
  const number = () => {
    const lines = text.value.split("\n").length;
    if (lines !== shown) under.textContent = Array.from({ length: lines }, (_, line) => line + 1).join("\n") + "\n\n"; // as far down as the text goes
    shown = lines;
    under.scrollTop = text.scrollTop;
  };
  text.addEventListener("input", number);
  text.addEventListener("scroll", () => { under.scrollTop = text.scrollTop; });
  document.getElementById("load")?.addEventListener("change", () => setTimeout(number, 300)); // once the file is read
  under.hidden = false;
  number();
  for (const place of document.querySelectorAll(".told .place")) {
    const [, line, column] = place.textContent.match(/:(\d+)(?::(\d+))?$/) || [];
    if (!line) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link place";
    button.append(...place.childNodes);
    place.replaceWith(button);
    button.addEventListener("click", () => {
      const before = text.value.split("\n").slice(0, line - 1);
      const at = before.reduce((sum, each) => sum + each.length + 1, 0) + Number(column || 1) - 1;
      text.focus();
      text.setSelectionRange(at, at);
      text.scrollTop = Math.max(0, (line - 5) * parseFloat(getComputedStyle(text).lineHeight));
      text.scrollIntoView({ block: "nearest" });
    });
  }
})();
