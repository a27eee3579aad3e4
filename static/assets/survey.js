// Hides a question that is asked only of who answered another one in a certain way.
// Without this script it stays, with a line that says of whom it is asked.
"use strict";
for (const part of document.querySelectorAll("[data-when]")) {
  const answers = part.dataset.answers.trim().split(" ");
  const inputs = [...document.getElementsByName(part.dataset.when)];
  const look = () => {
    part.hidden = !inputs.some((input) => input.checked && answers.includes(input.value));
    part.dispatchEvent(new Event("change", { bubbles: true })); // others may depend on it
  };
  for (const input of inputs) input.addEventListener("change", look);
  look();
}
