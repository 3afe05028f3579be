// Requests that a page makes for its parts: what went wrong is told, nothing is sent twice, going back shows what was.
const root = document;
const SENTENCES = {
  403: "This was refused: your role does not reach this far, or you have logged in anew since. Load the page again.",
  404: "This is not there any more. It may have been archived; load the page again to see what is there now.",
  413: "What you sent is too large, so it was not read and nothing was changed.",
  429: "That was asked for too often. Wait a minute, then try again.",
};
const BROKEN = "certdash could not answer, so this part of the page stays as it was. Try again in a moment.";
const OFFLINE = "certdash cannot be reached, so what you see may be old. Check the connection, then try again.";
const WAIT = 10_000;

function tell(text, url) {
  let place = root.querySelector(".faults");
  if (!place) {
    place = root.body.appendChild(Object.assign(root.createElement("div"), { className: "faults" }));
    place.setAttribute("role", "alert");
  }
  // The same fault once, however often a part of the page asks again.
  if ([...place.children].some((one) => one.dataset.text === text)) return;
  const toast = Object.assign(root.createElement("div"), { className: "notice warning" });
  toast.dataset.text = text;
  toast.append(Object.assign(root.createElement("span"), { textContent: text }));
  if (url) toast.append(Object.assign(root.createElement("a"), { textContent: "Open as a page", href: url }));
  const close = Object.assign(root.createElement("button"), { type: "button", textContent: "Close" });
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  place.append(toast);
}

root.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  tell(SENTENCES[status] ?? BROKEN, event.detail.elt.closest("a[href]")?.href);
});
for (const name of ["htmx:sendError", "htmx:timeout"]) root.addEventListener(name, () => tell(OFFLINE));
root.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) root.querySelector(`.faults [data-text="${OFFLINE}"]`)?.remove();
  free(event.detail.elt.closest("form"));
});

function free(form) {
  form?.removeAttribute("aria-busy");
}

// A form that changes something is sent once, until its answer is there; a second click is no second wish.
root.addEventListener("submit", (event) => {
  const form = event.target;
  // What is downloaded leaves the page as it is: its form stays free.
  if (form.method !== "post" || event.submitter?.dataset.takes !== undefined) return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.setAttribute("aria-busy", "true");
  setTimeout(() => free(form), WAIT);
}, true);

// Browsers give a page back as it was left: with choices that it does not show and with fields switched off.
addEventListener("pageshow", () => {
  for (const form of root.querySelectorAll("form[data-filters], .chooser form")) {
    for (const field of form.elements) field.disabled = false;
    form.reset();
  }
  for (const form of root.querySelectorAll("form[aria-busy]")) free(form);
});
