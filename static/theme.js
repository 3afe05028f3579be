// Runs before the first paint, so that the chosen colours never flash.
const root = document.documentElement;
root.classList.replace("no-js", "js");
try {
  const theme = localStorage.getItem("theme");
  if (theme) root.dataset.theme = theme;
} catch { /* storage is closed: the system's colours stay */ }
