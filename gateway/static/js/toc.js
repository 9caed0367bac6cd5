// Keeps the list of sections true while somebody writes: how many answers each still lacks.
export function showMissing(form, missing) {
  for (const link of form.querySelectorAll(".toc a")) {
    const section = document.getElementById(link.hash.slice(1));
    const gaps = missing.filter((path) => isIn(section, path)).length;
    const count = link.querySelector("small");
    count.textContent = gaps ? form.dataset.lack.replace("{n}", gaps) : form.dataset.full;
    count.className = gaps ? "lack" : "full";
    const picture = link.querySelector("use");
    picture.setAttribute("href", picture.getAttribute("href").replace(/#.*/, gaps ? "#i-warn" : "#i-acknowledged"));
  }
}

function isIn(section, path) {
  return Boolean(section.querySelector(`[name="${CSS.escape(path)}"]`));
}
