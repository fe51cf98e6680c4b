// Buttons that copy: data-copy="<selector of a field>"; the button says for a moment that it did (data-done).
"use strict";
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.value);
  } catch {
    // Without the right to the clipboard (no TLS, or refused): the old way
    const was = source.hidden;
    source.hidden = false;
    source.select();
    document.execCommand("copy");
    source.hidden = was;
    button.focus();
  }
  const label = button.dataset.label ?? button.textContent;
  button.dataset.label = label;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = label; }, 2000);
});
