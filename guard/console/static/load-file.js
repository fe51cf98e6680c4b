// A file of one's own into the text field it is for: read here, sent with the form like anything typed.
"use strict";
for (const input of document.querySelectorAll("input[type=file][data-into]")) {
  input.closest("[data-needs-script]").hidden = false;
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (file) document.getElementById(input.dataset.into).value = await file.text();
  });
}
