// Keeps parts of a page current without a reload: an element with an id and `data-live="milliseconds"` is replaced by the
// element of the same id of the page fetched anew. Nothing is fetched while the page is hidden, and less often after failures.
export function startLive(arrived) {
  const parts = () => [...document.querySelectorAll("[data-live][id]")];
  if (parts().length === 0) return;
  let failures = 0;
  const pause = () => Math.max(1000, Math.min(...parts().map((part) => Number(part.dataset.live) || 5000)))
    * Math.min(2 ** failures, 16);

  async function refresh() {
    if (parts().length === 0) return;
    if (!document.hidden) {
      try {
        const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
        // The session has ended: the sign-in page leads back here.
        if (response.redirected) { location.reload(); return; }
        if (!response.ok) throw new Error(String(response.status));
        const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
        for (const part of parts()) replace(part, fresh.getElementById(part.id), arrived);
        failures = 0;
        mark(false);
      } catch {
        failures += 1;
        mark(true);
      }
    }
    setTimeout(refresh, pause());
  }

  function mark(isStale) {
    for (const part of parts()) part.toggleAttribute("data-stale", isStale);
  }

  setTimeout(refresh, pause());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) failures = 0; });
}

function replace(part, fresh, arrived) {
  if (!fresh) { delete part.dataset.live; return; }
  // What the reader has in hand stays as it is.
  if (part.contains(document.activeElement) && document.activeElement !== document.body) return;
  if (part.dataset.seen === fresh.innerHTML) return;
  const seen = fresh.innerHTML;
  const atEnd = part.scrollHeight - part.scrollTop - part.clientHeight < 40;
  fresh.dataset.seen = seen;
  part.replaceWith(fresh);
  if (fresh.dataset.follow !== undefined && atEnd) fresh.scrollTop = fresh.scrollHeight;
  arrived(fresh);
  fresh.dispatchEvent(new CustomEvent("portal:live", { bubbles: true }));
}
