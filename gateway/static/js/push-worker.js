// Shows what notify has sent by the browser maker's push service, also while no page is open. It has no words
// of its own, and opens pages of this site only.
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  if (!told.title) return;
  const shown = { body: told.body, tag: told.tag, renotify: true, icon: "/static/favicon.svg", data: told.link };
  event.waitUntil(self.registration.showNotification(told.title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = new URL(event.notification.data ?? "/", self.location.origin);
  event.waitUntil(self.clients.openWindow(link.origin === self.location.origin ? link.href : "/"));
});
