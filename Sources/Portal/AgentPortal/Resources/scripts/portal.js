// What every page gets beyond plain HTML. Pages work without it.
import { startLive } from "./live.js";

// Times are written in UTC by the server and shown in the reader's own zone.
export function localTimes(root) {
  const near = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  for (const element of root.querySelectorAll("time[datetime]:not([data-local])")) {
    const time = new Date(element.dateTime);
    if (Number.isNaN(time.getTime())) continue;
    element.title = element.dateTime;
    element.textContent = near.format(time);
    element.dataset.local = "";
  }
}

// Buttons that copy a field; hidden where the browser can't.
export function copyButtons(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(field.value ?? field.textContent);
      const label = button.textContent;
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = label; }, 1500);
    });
  }
}

// A form is sent once; a slow answer shows.
function guardForms(root) {
  for (const form of root.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
      if (question && !window.confirm(question)) { event.preventDefault(); return; }
      if (form.dataset.sent !== undefined) { event.preventDefault(); return; }
      form.dataset.sent = "";
      form.setAttribute("aria-busy", "true");
      event.submitter?.classList.add("is-busy");
    });
  }
  // Coming back with the browser's button brings the page as it was left.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
      form.querySelector(".is-busy")?.classList.remove("is-busy");
    }
  });
}

localTimes(document);
copyButtons(document);
guardForms(document);
startLive((element) => { localTimes(element); copyButtons(element); });
