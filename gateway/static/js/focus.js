// After an action the reader begins at its result; after "show", at the first new row.
export function focusOnWhatHappened() {
  const result = document.querySelector("[data-focus]");
  if (result) {
    result.focus();
    return;
  }
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const field = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
  if (target.hasAttribute("tabindex")) target.focus();
  else if (target.classList.contains("field") || field === target) field?.focus();
}
