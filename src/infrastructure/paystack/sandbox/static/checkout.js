// Makes the card form nicer to type in; everything works without it.
"use strict";

const groupNumber = (text) => text.replace(/\D/g, "").slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 ");
const slashExpiry = (text) => text.replace(/[^\d/]/g, "").replace(/^(\d{2})(\d)/, "$1/$2").slice(0, 7);

function rewriteWhileTyping(input, rewrite) {
  input.addEventListener("input", () => {
    const isAtEnd = input.selectionStart === input.value.length;
    if (isAtEnd) input.value = rewrite(input.value);
  });
}

for (const form of document.querySelectorAll("[data-card-form]")) {
  rewriteWhileTyping(form.elements.number, groupNumber);
  rewriteWhileTyping(form.elements.expiry, slashExpiry);
}

// A second press within a second is a slip of the finger, not a second payment.
let lastSubmit = 0;
document.addEventListener("submit", (event) => {
  const now = Date.now();
  if (now - lastSubmit < 1000) event.preventDefault();
  else lastSubmit = now;
});
