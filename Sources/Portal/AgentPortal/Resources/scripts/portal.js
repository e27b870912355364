// What every page gets beyond plain HTML. Pages work without it.
import { startLive } from "./live.js";

const FORMS = {
  clock: new Intl.DateTimeFormat(undefined, { timeStyle: "short" }),
  // For lists; the title has all of it.
  short: new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" }),
  day: new Intl.DateTimeFormat(undefined, { dateStyle: "full" }),
  exact: new Intl.DateTimeFormat(undefined, {
    year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3,
  }),
  near: new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }),
};

// Times are written in UTC by the server and shown in the reader's own zone.
export function localTimes(root) {
  for (const element of root.querySelectorAll("time[datetime]:not([data-local])")) {
    const time = new Date(element.dateTime);
    if (Number.isNaN(time.getTime())) continue;
    element.title = element.dateTime;
    element.textContent = (FORMS[element.dataset.time] ?? FORMS.near).format(time);
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

// A form is sent once; what can't be undone asks first; a slow answer shows. On the document, for forms that come later too.
function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    const needed = event.submitter?.dataset.needs && form.elements[event.submitter.dataset.needs];
    if (needed && !needed.value.trim()) {
      event.preventDefault();
      needed.setCustomValidity("Please write why.");
      needed.reportValidity();
      needed.addEventListener("input", () => needed.setCustomValidity(""), { once: true });
      return;
    }
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); return; }
    if (form.dataset.sent !== undefined) { event.preventDefault(); return; }
    form.dataset.sent = "";
    form.setAttribute("aria-busy", "true");
    event.submitter?.classList.add("is-busy");
    setTimeout(() => tellBusy(form), 700);
  });
  // Coming back with the browser's button brings the page as it was left.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
      form.querySelector(".is-busy")?.classList.remove("is-busy");
      form.querySelector(".busy-note")?.remove();
    }
  });
}

// What takes longer says what it waits for; a form names it where that is known.
function tellBusy(form) {
  if (form.dataset.sent === undefined || form.querySelector(".busy-note")) return;
  const note = document.createElement("p");
  note.className = "busy-note";
  note.setAttribute("role", "status");
  note.textContent = form.dataset.busy ?? "Working…";
  form.append(note);
}

// Whose clock the times go by.
function nameZone() {
  const place = document.getElementById("time-zone");
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (place && zone) place.textContent = `Times are in your zone, ${zone}.`;
}

// One box ticks all of a name.
function tickAll() {
  for (const box of document.querySelectorAll("input[data-tick-all]")) {
    const others = () => box.form.querySelectorAll(`input[type=checkbox][name="${box.dataset.tickAll}"]`);
    box.hidden = others().length === 0;
    box.addEventListener("change", () => { for (const other of others()) other.checked = box.checked; });
  }
}

startLive((element) => { localTimes(element); copyButtons(element); });
localTimes(document);
copyButtons(document);
guardForms();
tickAll();
nameZone();
