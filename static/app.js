// Comfort on top of pages that work without it: theme, search key, copying, filters, selection, menus.
const page = document;
const MENUS = "details.account[open], details.menu[open], details.chooser[open]";

function showTheme() {
  const now = page.documentElement.dataset.theme ?? "";
  for (const button of page.querySelectorAll("[data-theme-set]"))
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === now));
}

function setTheme(theme) {
  if (theme) page.documentElement.dataset.theme = theme;
  else delete page.documentElement.dataset.theme;
  try { theme ? localStorage.setItem("theme", theme) : localStorage.removeItem("theme"); } catch { /* not kept */ }
  showTheme();
}

async function copy(button) {
  const text = button.dataset.copy ?? page.getElementById(button.dataset.copyFrom)?.textContent ?? "";
  await navigator.clipboard.writeText(text);
  const use = button.querySelector("use");
  button.classList.add("done");
  use?.setAttribute("href", "#s-done");
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

function pickAll(form, checked) {
  for (const pick of form.querySelectorAll(".pick[name]")) pick.checked = checked;
  showSelection(form);
}

// An empty filter leaves the address, so that links stay short and readable.
function submitFilters(form) {
  for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  form.requestSubmit();
}

page.addEventListener("click", (event) => {
  const target = event.target.closest("[data-theme-set], [data-copy], [data-copy-from], [data-pick-none], [data-print]");
  for (const open of page.querySelectorAll(MENUS)) if (!open.contains(event.target)) open.open = false;
  if (!target) return;
  if (target.dataset.themeSet !== undefined) setTheme(target.dataset.themeSet);
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
  if (event.target.matches("form[data-filters]"))
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
});

function closeMenus() {
  for (const open of page.querySelectorAll(MENUS)) {
    if (open.contains(page.activeElement)) open.querySelector("summary").focus();
    open.open = false;
  }
}

page.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus();
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
showTheme();
localise(page);

// The cell whose explanation is open stays marked when the panel changes without a new page.
function markCell() {
  for (const cell of page.querySelectorAll(".cell[href]"))
    cell.toggleAttribute("aria-current", new URL(cell.href).pathname === location.pathname);
}
page.addEventListener("htmx:pushedIntoHistory", markCell);
page.addEventListener("htmx:historyRestore", markCell);
