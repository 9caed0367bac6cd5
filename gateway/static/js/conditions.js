// Shows a question only while the answer that raises it is chosen, and keeps "none" alone.
export function followConditions(form) {
  const show = () => {
    for (const question of form.querySelectorAll("[data-only-if]")) {
      question.hidden = !isChosen(form, question.dataset.onlyIf, question.dataset.onlyValue);
    }
  };
  form.addEventListener("change", (event) => {
    if (event.target.type === "checkbox" && event.target.checked) keepAlone(form, event.target);
    show();
  });
  show();
}

function isChosen(form, name, value) {
  return [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].some(
    (input) => (input.type === "radio" || input.type === "checkbox" ? input.checked : true) && input.value === value,
  );
}

function keepAlone(form, chosen) {
  const alone = "alone" in chosen.dataset;
  for (const box of form.querySelectorAll(`[name="${CSS.escape(chosen.name)}"]`)) {
    if (box !== chosen && (alone || "alone" in box.dataset)) box.checked = false;
  }
}
