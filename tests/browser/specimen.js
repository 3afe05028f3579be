// Size of a specimen, and how each kind of element in it is set: what a change of a style sheet changes.
(specimen) => {
  const NAMES = ["color", "backgroundColor", "borderTopColor", "borderTopWidth", "borderRadius", "fontSize",
    "fontWeight", "lineHeight", "padding", "fill", "stroke"];
  const shortened = (text) => text.replace(/-?\d+\.\d+/g, (number) => String(Number(Number(number).toFixed(2))));
  const kinds = new Map();
  for (const element of [specimen, ...specimen.querySelectorAll("*")]) {
    const style = getComputedStyle(element);
    if (style.display === "none" || element.closest("title, option")) continue;
    const name = [element.localName, ...element.classList].join(".");
    const said = NAMES.map((each) => style[each]).map((text, at) => shortened(text));
    kinds.set(`${name}: ${said.join(" | ")}`, true);
  }
  const box = specimen.getBoundingClientRect();
  return { width: Math.round(box.width), height: Math.round(box.height), kinds: [...kinds.keys()].sort() };
}
