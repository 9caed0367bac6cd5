// One-letter keys on an inbox, beside its plain links: not in fields, not with Ctrl or Alt, and only if wanted.
const FIELDS = "input, select, textarea, [contenteditable]";

export function listenToKeys() {
  const help = document.querySelector("[data-keys]");
  if (help) document.addEventListener("keydown", (event) => press(event, help));
}

function press(event, help) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest(FIELDS)) return;
  const items = [...document.querySelectorAll("[data-item]")];
  const here = items.findIndex((item) => item.contains(document.activeElement));
  if (act(event.key, items, here, help)) event.preventDefault();
}

function act(key, items, here, help) {
  // Arrows scroll the page as ever, until somebody is in the list.
  if (key === "j" || (key === "ArrowDown" && here >= 0)) return go(items[here + 1]);
  if (key === "k" || (key === "ArrowUp" && here >= 0)) return go(items[Math.max(0, here - 1)]);
  if (key === "t") return click(items[here]?.querySelector("[data-take]"));
  if (key === "u") return click(items[here]?.querySelector("[data-mark]"));
  if (key !== "?") return false;
  help.open = true;
  help.querySelector("summary").focus();
  return true;
}

function go(item) {
  // Not the first link of all: the buttons that mark stand before the name.
  const link = item?.querySelector("h3 a") ?? item?.querySelector("a, button");
  link?.focus();
  return Boolean(link);
}

function click(button) {
  button?.click();
  return Boolean(button);
}
