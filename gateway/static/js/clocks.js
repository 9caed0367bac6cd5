// Refreshes "あと 42分". The server counts; this only spares a reload.
const EVERY_MS = 30000;

export function keepClocks() {
  // The body has the words for it under the same name.
  const clocks = document.querySelectorAll("span[data-left]");
  if (!clocks.length) return;
  // The server's clock counts, not this device's.
  const made = document.body.dataset.now;
  const ahead = made ? Date.parse(made) - Date.now() : 0;
  setInterval(() => {
    for (const clock of clocks) refresh(clock, Date.now() + ahead);
  }, EVERY_MS);
}

function refresh(clock, now) {
  const minutes = Math.floor((Date.parse(clock.dataset.left) - now) / 60000);
  const texts = document.body.dataset;
  clock.textContent = minutes < 1 ? texts.over : texts.left.replace("{span}", span(minutes));
}

function span(minutes) {
  const texts = document.body.dataset;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return texts.days.replace("{n}", Math.floor(hours / 24));
  const rest = minutes % 60;
  if (hours && rest) return texts.hoursMinutes.replace("{hours}", hours).replace("{minutes}", rest);
  return hours ? texts.hours.replace("{n}", hours) : texts.minutes.replace("{n}", rest);
}
