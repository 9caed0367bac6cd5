// Notices while no page is open: this browser asks its maker's service for an address and tells it to us.
export function offerPush() {
  const form = document.querySelector("form[data-push]");
  if (!form || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  form.hidden = false;
  document.querySelector("[data-without-push]").hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if ((await Notification.requestPermission()) !== "granted") return tell(form, form.dataset.denied);
    try {
      fill(form, await subscribed(form.dataset.worker, form.dataset.push));
    } catch {
      return tell(form, form.dataset.failed);
    }
    form.submit();
  });
}

async function subscribed(worker, key) {
  const registration = await navigator.serviceWorker.register(worker, { scope: "/" });
  await navigator.serviceWorker.ready;
  const known = await registration.pushManager.getSubscription();
  if (known && hasKey(known, key)) return known;
  // One that was made with an earlier key of this site would be refused with the present one.
  await known?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

function hasKey(subscription, key) {
  const bytes = new Uint8Array(subscription.options.applicationServerKey ?? []);
  const text = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return text === key.replaceAll("=", "");
}

function fill(form, subscription) {
  const { endpoint, keys } = subscription.toJSON();
  form.elements.endpoint.value = endpoint;
  form.elements.p256dh.value = keys.p256dh;
  form.elements.auth.value = keys.auth;
}

function tell(form, words) {
  const problem = form.querySelector("[role=alert]");
  problem.querySelector("span").textContent = words;
  problem.hidden = false;
  form.querySelector("button").focus();
}
