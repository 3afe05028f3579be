// What has the focus: its name as it is read out, and whether the eye finds it: framed, in the window, not covered.
async () => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const said = (element.labels?.[0] ?? element).cloneNode(true);
  for (const unsaid of said.querySelectorAll("[aria-hidden=true], select")) unsaid.remove();
  const name = (element.getAttribute("aria-label") ?? said.textContent).trim().replace(/\s+/g, " ");
  const framed = [element, element.closest(".filter")].some((one) => {
    const style = one && getComputedStyle(one);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  });
  const seen = () => {
    const box = element.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 12)];
    const top = document.elementFromPoint(x, y);
    return y >= 0 && y <= innerHeight && (!top || element.contains(top) || top.contains(element) || top.closest("label, .filter") !== null);
  };
  // The browser brings it into view with its next frames.
  for (let frame = 0; frame < 20 && !seen(); frame++) await new Promise(requestAnimationFrame);
  return { name, framed, shown: seen() };
}
