// Who is at a handoff changes in place: that part of the page is fetched anew, with its buttons.
export async function showHolder(handoffId) {
  for (const place of document.querySelectorAll(`[data-holder-of="${CSS.escape(handoffId)}"]`)) {
    // Nothing moves under somebody who is about to press: the answer will say who was first.
    if (!place.contains(document.activeElement)) await fetchAnew(place);
  }
}

async function fetchAnew(place) {
  try {
    const answer = await fetch(place.dataset.src, { headers: { "X-Background": "holder" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = fresh.querySelector("[data-holder-of]");
    if (part) place.replaceWith(document.adoptNode(part));
  } catch {
    // The live line tells when the connection is lost.
  }
}
