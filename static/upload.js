// Files can be chosen, dropped anywhere or pasted. Small ones go as the form itself would send them; large ones go with
// a bar, a word now and then for screen readers, and a way to stop. What is too large is said before it is sent.
const MEGABYTE = 1048576;
const WITHOUT_BAR = 2 * MEGABYTE;
const APP = /\.(apk|aab|ipa)$/i;
const LIMITS = { app: 500 * MEGABYTE, file: 4 * MEGABYTE, count: 20 };
const uploading = { request: null, told: 0, since: 0 };
const theForm = () => document.querySelector("form[data-upload]");
const part = (name) => theForm()?.querySelector(`[data-${name}]`);

function tell(text, link) {
  const place = part("told");
  place.replaceChildren(text);
  if (link) place.append(" ", Object.assign(document.createElement("a"), { href: link, textContent: "Log in again" }));
  place.hidden = !text;
  part("drop")?.classList.toggle("refused", Boolean(text));
  theForm().matches("[data-drop]") && theForm().classList.toggle("refused", Boolean(text));
}

function amount(bytes) {
  return `${(bytes / MEGABYTE).toFixed(bytes < 10 * MEGABYTE ? 1 : 0)} MB`;
}

function whatIsWrong(files) {
  if (files.length > LIMITS.count) return `${files.length} files are more than the ${LIMITS.count} that are read at once. Give them in smaller groups.`;
  for (const file of files) {
    if (APP.test(file.name) && file.size > LIMITS.app) return `${file.name} has ${amount(file.size)}, and built apps are read up to 500 MB. Give its pin file by itself.`;
    if (!APP.test(file.name) && file.size > LIMITS.file) return `${file.name} has ${amount(file.size)}; a pin file has a few kB and is read up to 4 MB. Check that it is the right file.`;
  }
  return "";
}

function size(files) {
  return [...files].reduce((sum, file) => sum + file.size, 0);
}

function take(files) {
  const form = theForm();
  if (!form || !files.length || uploading.request) return;
  const wrong = whatIsWrong(files);
  tell(wrong);
  if (wrong) return;
  form.querySelector('input[type="file"]').files = files;
  const text = form.querySelector("textarea");
  if (text) text.value = "";
  form.requestSubmit();
}

function takeText(text) {
  const form = theForm(), field = form?.querySelector("textarea");
  if (!form || !text.trim()) return false;
  if (field) { field.value = text; field.focus(); return true; }
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "text", value: text }));
  form.submit();
  return true;
}

function showSending(is, files) {
  part("sending").hidden = !is;
  document.body.classList.toggle("sending-now", is);
  if (!is) return;
  part("sending-name").textContent = files.length === 1 ? files[0].name : `${files.length} files`;
  part("sending-stop").focus();
}

function showProgress(sent, total) {
  const percent = total ? Math.floor((100 * sent) / total) : 0;
  const seconds = (performance.now() - uploading.since) / 1000;
  const left = sent ? Math.ceil((seconds * (total - sent)) / sent) : 0;
  part("sending-bar").value = percent;
  part("sending-words").textContent = `${percent} % of ${amount(total)}${seconds > 2 && left ? `, about ${left} s left` : ""}`;
  if (percent >= uploading.told + 10) { uploading.told = percent - (percent % 10); part("sending-told").textContent = `${uploading.told} % sent`; }
}

function showReading() {
  part("sending-bar").removeAttribute("value");
  part("sending-words").textContent = "sent; now it is read";
  part("sending-told").textContent = "Sent. Now it is read.";
}

function end(text, link) {
  uploading.request = null;
  showSending(false);
  part("sending-told").textContent = "";
  tell(text, link);
  theForm().querySelector('input[type="file"]').value = "";
  if (text) (theForm().querySelector("[data-told] a") ?? theForm().querySelector('input[type="file"]:not(.sr), [data-choose]'))?.focus();
}

// The answer is a whole page, a preview or the form with what is wrong: it takes the place of this one.
function showPage(html) {
  const next = new DOMParser().parseFromString(html, "text/html");
  uploading.request = null;
  history.pushState({ uploaded: true }, "", theForm().action);
  document.title = next.title;
  document.body.replaceWith(document.adoptNode(next.body));
  window.htmx?.process(document.body);
  scrollTo(0, 0);
  document.getElementById("content")?.focus({ preventScroll: true });
}

// Asked before hundreds of megabytes are on their way: a session may have ended while the page stood open.
async function mayGo(action) {
  const answer = await fetch(action, { method: "HEAD", headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
  const back = answer.headers.get("HX-Redirect");
  if (back) return ["Your session has ended, so nothing was sent.", back];
  return answer.ok ? [] : ["This app takes no upload from you any more, so nothing was sent. Ask who looks after it."];
}

async function send(form, files) {
  const content = new FormData(form), request = new XMLHttpRequest();
  uploading.request = request;
  tell("");
  showSending(true, files);
  Object.assign(uploading, { told: 0, since: performance.now() });
  showProgress(0, size(files));
  const refused = await mayGo(form.action).catch(() => ["The server cannot be reached, so nothing was sent. Try again later."]);
  if (uploading.request !== request) return;
  if (refused.length) { end(...refused); return; }
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => showProgress(event.loaded, event.total));
  request.upload.addEventListener("load", showReading);
  request.addEventListener("load", () => {
    // A session can end while the file is on its way; the page to log in is no answer to show in the place of this one.
    const isHere = new URL(request.responseURL).pathname === new URL(form.action).pathname;
    if (isHere) showPage(request.responseText);
    else end("Your session has ended, so nothing was stored.", `/log-in/?next=${encodeURIComponent(location.pathname + location.search)}`);
  });
  request.addEventListener("error", () => end("The connection broke before everything had arrived, so nothing was stored. Give the file again."));
  request.addEventListener("abort", () => end("Stopped. Nothing was stored."));
  request.send(content);
}

function stop() {
  const request = uploading.request;
  if (request?.readyState) request.abort();
  else if (request) end("Stopped. Nothing was stored.");
}

function showDrag(change) {
  showDrag.depth = Math.max(0, (showDrag.depth ?? 0) + change);
  document.body.classList.toggle("dragging", showDrag.depth > 0);
}

const hasFiles = (event) => Boolean(theForm()) && event.dataTransfer?.types.includes("Files");
addEventListener("dragenter", (event) => { if (hasFiles(event)) showDrag(1); });
addEventListener("dragleave", (event) => { if (hasFiles(event)) showDrag(-1); });
addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  showDrag(-Infinity);
  take(event.dataTransfer.files);
});
addEventListener("paste", (event) => {
  const isTyping = event.target.closest?.("input:not([type=file]), textarea");
  if (event.clipboardData.files.length) { event.preventDefault(); take(event.clipboardData.files); }
  else if (!isTyping && takeText(event.clipboardData.getData("text/plain"))) event.preventDefault();
});
addEventListener("change", (event) => {
  if (!event.target.matches('form[data-upload] input[type="file"]')) return;
  if (event.target.classList.contains("sr")) { take(event.target.files); return; }
  const wrong = whatIsWrong(event.target.files);
  tell(wrong);
  if (wrong) event.target.value = "";
});
addEventListener("click", (event) => {
  if (event.target.closest?.("[data-sending-stop]")) stop();
  if (!event.target.closest?.("[data-choose]")) return;
  event.preventDefault();
  theForm().querySelector('input[type="file"]').click();
});
// What is typed below a preview goes along when its file is replaced.
function carry(form) {
  for (const name of ["platform", "version", "build", "share", "client_version"]) {
    const value = document.querySelector(`.upload-save [name="${name}"]`)?.value;
    if (value && !form.elements[name]) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
}
addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-upload]")) return;
  carry(event.target);
  const files = event.target.querySelector('input[type="file"]').files;
  if (!uploading.request && size(files) < WITHOUT_BAR) return;
  event.preventDefault();
  if (!uploading.request) send(event.target, files);
});
addEventListener("popstate", () => { if (theForm() || document.querySelector(".upload-save")) location.reload(); });
