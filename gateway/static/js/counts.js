// The numbers at bell, rail, title and icon, asked anew when something has come.
import { showUnread } from "./badge.js";

const BUNDLE_MS = 400;
let waiting = null;

export function showCounts() {
  waiting ??= setTimeout(fetchCounts, BUNDLE_MS);
}

async function fetchCounts() {
  waiting = null;
  const path = document.body.dataset.counts;
  if (!path) return;
  try {
    // Nobody did anything: this alone keeps no session alive.
    const answer = await fetch(path, { headers: { "X-Background": "counts" } });
    if (answer.ok) show(await answer.json());
  } catch {
    // The live line tells when the connection is lost.
  }
}

function show(counts) {
  for (const place of document.querySelectorAll("[data-count]")) {
    const number = counts[place.dataset.count];
    place.textContent = number;
    place.parentElement.classList.toggle("hot", number > 0);
  }
  // The first number of such a title is the count.
  if (document.querySelector("[data-titled]")) {
    document.title = document.title.replace(/^(\(\d+\) )?(\D*)\d+/, `$1$2${counts.waiting}`);
  }
  showUnread(counts.unread);
}
