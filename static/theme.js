// Runs before the first paint, so that the chosen colours and the chosen density never flash.
const root = document.documentElement;
root.classList.replace("no-js", "js");
try {
  for (const choice of ["theme", "density"]) {
    const kept = localStorage.getItem(choice);
    if (kept) root.dataset[choice] = kept;
  }
} catch { /* storage is closed: the system's colours and the usual rows stay */ }
