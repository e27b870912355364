// Keeps parts of a page current without a reload: an element with an id and `data-live="milliseconds"` takes over what has
// changed in the element of the same id of the page fetched anew. Children with ids are compared one by one, so that a
// video goes on playing while the message after it arrives. Nothing is fetched while the page is hidden, and less often
// after failures.
export function startLive(arrived) {
  const parts = () => [...document.querySelectorAll("[data-live][id]")];
  if (parts().length === 0) return;
  // What the server sent, before other scripts change anything in it.
  const seen = new Map();
  for (const part of parts()) {
    seen.set(part.id, part.innerHTML);
    for (const child of part.children) if (child.id) seen.set(child.id, child.outerHTML);
    if (part.dataset.follow !== undefined) follow(part);
  }
  let failures = 0;
  const pause = () => Math.max(1000, Math.min(...parts().map((part) => Number(part.dataset.live) || 5000)))
    * Math.min(2 ** failures, 4);

  async function refresh() {
    if (parts().length === 0) return;
    if (!document.hidden) {
      try {
        const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
        // The session has ended: the sign-in page leads back here.
        if (response.redirected) { location.reload(); return; }
        if (!response.ok) throw new Error(String(response.status));
        const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
        for (const part of parts()) update(part, fresh.getElementById(part.id), seen, arrived);
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

const isAtEnd = (part) => part.scrollHeight - part.scrollTop - part.clientHeight < 40;

// Begins at the end and stays there as long as the reader does: a picture has its height only once it is loaded.
function follow(part) {
  let follows = true;
  const toEnd = () => { if (follows) part.scrollTop = part.scrollHeight; };
  part.addEventListener("scroll", () => { follows = isAtEnd(part); });
  for (const event of ["load", "loadedmetadata"]) part.addEventListener(event, toEnd, true);
  toEnd();
}

function update(part, fresh, seen, arrived) {
  if (!fresh) { delete part.dataset.live; return; }
  if (seen.get(part.id) === fresh.innerHTML) return;
  const html = fresh.innerHTML;
  const atEnd = isAtEnd(part);
  const children = [...fresh.children];
  if (children.length > 0 && children.every((child) => child.id)) {
    merge(part, children, seen, arrived);
  } else {
    // What the reader has in hand stays as it is.
    if (isInHand(part)) return;
    part.replaceChildren(...document.adoptNode(fresh).childNodes);
    arrived(part);
  }
  seen.set(part.id, html);
  if (part.dataset.follow !== undefined && atEnd) part.scrollTop = part.scrollHeight;
}

// Children that are equal stay, changed and new ones come in at their places, others go.
function merge(part, children, seen, arrived) {
  const wanted = new Set(children.map((child) => child.id));
  for (const present of [...part.children]) {
    if (!wanted.has(present.id)) { seen.delete(present.id); present.remove(); }
  }
  let before = null;
  for (const child of children) {
    const html = child.outerHTML;
    let present = part.querySelector(`#${CSS.escape(child.id)}`);
    if (!present || (seen.get(child.id) !== html && !isInHand(present))) {
      const arrival = document.adoptNode(child);
      if (present) present.replaceWith(arrival);
      arrived(arrival);
      present = arrival;
    }
    if (present === child || !isInHand(present)) seen.set(child.id, html);
    const next = before ? before.nextElementSibling : part.firstElementChild;
    if (present !== next) part.insertBefore(present, next);
    before = present;
  }
}

function isInHand(element) {
  const active = document.activeElement;
  return active !== element && active !== document.body && element.contains(active);
}
