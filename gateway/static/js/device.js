// The settings of this browser: notices need its leave, which it gives only when somebody presses.
export function askForLeave() {
  const form = document.querySelector("form[data-device]");
  if (!form) return;
  form.addEventListener("submit", async (event) => {
    if (!form.elements.notice.checked || !("Notification" in window) || Notification.permission === "granted") return;
    event.preventDefault();
    if ((await Notification.requestPermission()) === "granted") {
      form.submit();
      return;
    }
    const problem = form.querySelector("[role=alert]");
    problem.querySelector("span").textContent = form.dataset.device;
    problem.hidden = false;
    form.elements.notice.focus();
  });
}
