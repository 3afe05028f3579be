// A pin file can be dropped anywhere on the page; what is too large is said before it is sent.
const form = document.querySelector("form[data-upload]");
const input = form?.querySelector('input[type="file"]');
const MOST = 4 * 1024 * 1024;

function tell(text) {
  const place = form.querySelector("[data-told]");
  place.textContent = text;
  place.hidden = !text;
}

function isTooLarge(file) {
  if (file.size <= MOST) return false;
  tell(`${file.name} has ${(file.size / 1048576).toFixed(1)} MB; a pin file has a few kB and is read up to 4 MB. Check that it is the right file.`);
  input.value = "";
  return true;
}

function take(files) {
  if (!files.length || isTooLarge(files[0])) return;
  input.files = files;
  form.querySelector("textarea").value = "";
  form.requestSubmit();
}

if (form && input) {
  let depth = 0;
  const show = (change) => {
    depth = Math.max(0, depth + change);
    document.body.classList.toggle("dragging", depth > 0);
  };
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => { if (hasFiles(event)) show(1); });
  addEventListener("dragleave", (event) => { if (hasFiles(event)) show(-1); });
  addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(-depth);
    take(event.dataTransfer.files);
  });
  input.addEventListener("change", () => { tell(""); if (input.files.length) isTooLarge(input.files[0]); });
}
