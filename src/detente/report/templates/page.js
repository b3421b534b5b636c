"use strict";
// Comfort only: whatever this does, the page does without it by other means.

// A button beside each finding copies the paragraph with its footnote.
const said = document.getElementById("said");

function select(target) {
  const fold = target.closest("details");
  if (fold) fold.open = true;
  getSelection().selectAllChildren(target);
  said.textContent = "Selected. Copy it with the keyboard.";
}

function tell(button) {
  const label = button.firstChild;
  said.textContent = "Copied";
  label.data = "Copied";
  setTimeout(() => { label.data = "Copy"; said.textContent = ""; }, 2500);
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  const target = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", () => {
    const words = Array.from(target.children, (part) => part.textContent).join("\n\n");
    const done = navigator.clipboard ? navigator.clipboard.writeText(words) : Promise.reject();
    done.then(() => tell(button), () => select(target));
  });
}

// Paper opens nothing, so what is folded is opened for it; notes of the brief stand there as footnotes already.
let folded = [];
addEventListener("beforeprint", () => {
  if (root.classList.contains("short")) return;
  folded = Array.from(document.querySelectorAll("details:not([open], .note)"));
  for (const fold of folded) fold.open = true;
});
addEventListener("afterprint", () => {
  for (const fold of folded) fold.open = false;
  folded = [];
  root.classList.remove("short");
});

// Whoever needs fewer pages leaves shut what is shut.
const root = document.documentElement, short = document.querySelector(".paper button");
short.hidden = false;
short.addEventListener("click", () => { root.classList.add("short"); print(); });

// The list of contents marks the section that is being read.
if ("IntersectionObserver" in window) {
  const links = new Map();
  for (const link of document.querySelectorAll(".rail a")) {
    const heading = document.getElementById(link.hash.slice(1));
    if (heading) links.set(heading.closest("section"), link);
  }
  const seen = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) seen[entry.isIntersecting ? "add" : "delete"](entry.target);
    const first = [...links.keys()].find((section) => seen.has(section));
    for (const [section, link] of links) {
      if (section === first) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "0px 0px -60% 0px" });
  for (const section of links.keys()) watch.observe(section);
}
