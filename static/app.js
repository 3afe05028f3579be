// Comfort on top of pages that work without it: theme, search key, copying, filters, selection, menus.
const page = document;
const MENUS = "details.account[open], details.menu[open], details.chooser[open]";

// What somebody chose for this browser: `theme` and `density`; nothing chosen is the system's and the usual one.
function showChoices() {
  for (const button of page.querySelectorAll("[data-choice]"))
    button.setAttribute("aria-pressed", String(button.value === (page.documentElement.dataset[button.dataset.choice] ?? "")));
}

function choose(choice, value) {
  if (value) page.documentElement.dataset[choice] = value;
  else delete page.documentElement.dataset[choice];
  try { value ? localStorage.setItem(choice, value) : localStorage.removeItem(choice); } catch { /* not kept */ }
  showChoices();
}

// One sentence in the corner, read aloud, gone after a while; what needs an answer is never said here.
function toast(text) {
  const place = page.getElementById("toasts");
  const one = page.createElement("p");
  one.className = "toast";
  one.textContent = text;
  place.replaceChildren(one);
  setTimeout(() => one.remove(), 6000);
}

async function copy(button) {
  const text = button.dataset.copy ?? page.getElementById(button.dataset.copyFrom)?.textContent ?? "";
  await navigator.clipboard.writeText(text);
  const use = button.querySelector("use");
  button.classList.add("done");
  use?.setAttribute("href", "#s-done");
  toast(`Copied: ${button.getAttribute("aria-label").replace(/^Copy /, "")}.`);
  setTimeout(() => { button.classList.remove("done"); use?.setAttribute("href", "#s-copy"); }, 1400);
}

function showSelection(form) {
  const picks = [...form.querySelectorAll(".pick[name]")];
  const count = picks.filter((pick) => pick.checked).length;
  const all = form.querySelector("[data-pick-all]");
  if (all) { all.checked = count > 0 && count === picks.length; all.indeterminate = count > 0 && count < picks.length; }
  const bulk = form.querySelector(".bulk");
  bulk?.classList.toggle("idle", count === 0);
  const words = bulk?.querySelector("[data-count]");
  if (words) words.textContent = `${count} selected`;
}

// With Shift all rows from the last one on get the same; the keyboard's Shift and Space are a click too.
let lastPick = null;
function pickRange(pick) {
  const picks = [...pick.form.querySelectorAll(".pick[name]")];
  const [from, to] = [picks.indexOf(lastPick), picks.indexOf(pick)].sort((a, b) => a - b);
  if (from >= 0) for (const one of picks.slice(from, to + 1)) one.checked = pick.checked;
}

function pickAll(form, checked) {
  for (const pick of form.querySelectorAll(".pick[name]")) pick.checked = checked;
  showSelection(form);
}

// An empty filter leaves the address, so that links stay short and readable.
function submitFilters(form) {
  remember(form);
  for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  form.requestSubmit();
}

// A choice of filters loads the page anew: who uses the keyboard goes on at the same filter, and how many rows there are
// is read out.
const FILTERED = "filtered";
let isKeyboard = false;
page.addEventListener("keydown", () => { isKeyboard = true; }, true);
page.addEventListener("pointerdown", () => { isKeyboard = false; }, true);
function remember(form) {
  const field = form.contains(page.activeElement) && isKeyboard ? page.activeElement.name : "";
  try { sessionStorage.setItem(FILTERED, field); } catch { /* not kept */ }
}

function goOn() {
  let field = null;
  try { field = sessionStorage.getItem(FILTERED); sessionStorage.removeItem(FILTERED); } catch { /* not kept */ }
  const form = page.querySelector("form[data-filters]");
  if (field === null || !form) return;
  form.elements[field]?.focus({ preventScroll: true });
  const result = page.querySelector(".pager > span, .blank h2")?.textContent;
  setTimeout(() => { page.querySelector("[data-result]").textContent = result ?? ""; }, 200);
}

page.addEventListener("click", (event) => {
  const target = event.target.closest("[data-choice], [data-copy], [data-copy-from], [data-pick-none], [data-print]");
  for (const open of page.querySelectorAll(MENUS)) if (!open.contains(event.target)) open.open = false;
  if (event.target.matches(".pick[name]")) {
    if (event.shiftKey) pickRange(event.target);
    lastPick = event.target;
  }
  if (!target) return;
  if (target.dataset.choice) choose(target.dataset.choice, target.value);
  else if (target.dataset.pickNone !== undefined) pickAll(target.closest("form"), false);
  else if (target.dataset.print !== undefined) window.print();
  else copy(target);
});

page.addEventListener("change", (event) => {
  const filters = event.target.closest("form[data-filters]");
  if (filters && event.target.matches("select")) submitFilters(filters);
  const form = event.target.closest("form[data-pick]");
  if (!form) return;
  if (event.target.dataset.pickAll !== undefined) pickAll(form, event.target.checked);
  else showSelection(form);
});

page.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-filters]")) return;
  remember(event.target);
  for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
});

// Escape closes the menu that is open and gives the focus back to what opened it; a hash's notations go without a move.
function putAway() {
  for (const open of page.querySelectorAll(MENUS)) {
    if (open.contains(page.activeElement)) open.querySelector("summary").focus();
    open.open = false;
  }
  for (const hash of page.querySelectorAll(".hash:hover, .hash:focus-within")) hash.classList.add("dismissed");
}
for (const left of ["pointerout", "focusout"])
  page.addEventListener(left, (event) => event.target.closest?.(".hash.dismissed")?.classList.remove("dismissed"));

page.addEventListener("keydown", (event) => {
  if (event.key === "Escape") putAway();
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const menu = page.querySelector("details.menu");
  if (page.getElementById("find")?.offsetParent) page.getElementById("find").select();
  else if (menu) { menu.open = true; page.getElementById("find-menu")?.select(); }
});

// Clock times in the reader's zone; UTC stays in the title.
function localise(scope) {
  const clock = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  for (const time of scope.querySelectorAll("time[data-clock]")) time.textContent = clock.format(new Date(time.dateTime)).replace(",", "");
}

page.addEventListener("htmx:afterSwap", (event) => localise(event.target));
for (const form of page.querySelectorAll("form[data-pick]")) showSelection(form);
showChoices();
localise(page);
goOn();
// After a refusal people go on where it was refused, or at what is said of the whole form.
const refusal = page.querySelector(":not([data-specimen]) > form .field.invalid :is(input, select, textarea)") ?? page.querySelector(".form-errors");
if (refusal?.matches(".form-errors")) refusal.tabIndex = -1;
refusal?.focus();

// The cell whose explanation is open stays marked when the panel changes without a new page.
let openCell = page.querySelector(".cell[aria-current]");
function markCell() {
  for (const cell of page.querySelectorAll(".cell[href]")) {
    const isOpen = new URL(cell.href).pathname === location.pathname;
    if (isOpen) (openCell = cell).setAttribute("aria-current", "true");
    else cell.removeAttribute("aria-current");
  }
}
page.addEventListener("htmx:pushedIntoHistory", markCell);
page.addEventListener("htmx:historyRestore", markCell);

// The explanation takes the focus when it opens and gives it back to its cell when it closes.
page.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "panel") return;
  const heading = page.getElementById("panel-title");
  page.querySelector(".app-page")?.classList.toggle("explained", heading !== null);
  (heading ?? openCell)?.focus({ preventScroll: heading !== null });
});
page.addEventListener("keydown", (event) => {
  const isElsewhere = event.target.closest("input, select, textarea, details[open], .hash");
  if (event.key === "Escape" && !isElsewhere) page.querySelector("#panel [data-close]")?.click();
});
