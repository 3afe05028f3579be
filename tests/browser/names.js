// What a page calls its parts, and where that leaves a listener in doubt: one line for each doubt.
() => {
  const read = (element) => (element.ariaLabel ?? element.textContent).trim().replace(/\\s+/g, " ");
  const told = [];
  for (const kind of ["main", "main h1"])
    if (document.querySelectorAll(kind).length !== 1) told.push(`${document.querySelectorAll(kind).length} × ${kind}`);
  for (const table of document.querySelectorAll("table"))
    if (!table.caption && !table.ariaLabel && !table.closest("section")?.querySelector("h2, h3"))
      told.push(`table ${table.className} without a name`);
  let above = 0;
  for (const heading of document.querySelectorAll("main :is(h1, h2, h3, h4)")) {
    if (heading.tagName[1] > above + 1) told.push(`${heading.tagName} “${read(heading)}” after h${above}`);
    above = Number(heading.tagName[1]);
  }
  const places = {};
  for (const one of document.querySelectorAll("nav, main, aside, [role=search], [role=region]"))
    (places[`${one.tagName} ${one.ariaLabel ?? ""}`] ??= []).push(one);
  for (const [name, ones] of Object.entries(places))
    if (ones.filter((one) => one.checkVisibility()).length > 1) told.push(`${ones.length} × ${name}`);
  const controls = {};
  for (const one of document.querySelectorAll("main button, main .actions a, main form :is(input, select, textarea)"))
    if (one.checkVisibility() && one.type !== "hidden" && one.ariaHidden !== "true") {
      const what = one.dataset.copy ?? one.href ?? one.name + one.value + one.form?.action;
      (controls[`${one.localName} “${read(one.labels?.[0] ?? one)}”`] ??= new Set()).add(what);
    }
  for (const [name, ones] of Object.entries(controls))
    if (name.endsWith("“”") || ones.size > 1) told.push(`${ones.size} × ${name}`);
  return told;
}
