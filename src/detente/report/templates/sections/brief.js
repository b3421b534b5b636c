
// A note of the brief opens beside the words that are pressed, without a jump; beside wide text one at a time.
const brief = document.querySelector(".brief");
const wide = matchMedia("(min-width: 54rem)");
if (brief) {
  brief.addEventListener("click", (event) => {
    const link = event.target.closest("a.ref");
    const words = link || event.target.closest("mark");
    if (!words || !getSelection().isCollapsed) return;
    event.preventDefault();
    const note = document.getElementById(link ? link.hash.slice(1) : words.dataset.note);
    const fold = note.closest("details");
    fold.open = !fold.open;
    if (!fold.open) return;
    if (link) note.focus({ preventScroll: true });
    note.scrollIntoView({ block: "nearest" });
  });
  brief.addEventListener("keydown", (event) => {
    const fold = event.key === "Escape" && event.target.closest("details.note[open]");
    if (!fold) return;
    fold.open = false;
    document.getElementById(fold.dataset.words).focus({ preventScroll: true });
  });
  brief.addEventListener("toggle", ({ target: fold }) => {
    if (!fold.matches("details.note")) return;
    for (const mark of brief.querySelectorAll(`mark[data-note="${fold.lastElementChild.id}"]`)) mark.classList.toggle("told", fold.open);
    if (!fold.open || !wide.matches || matchMedia("print").matches) return;
    for (const other of brief.querySelectorAll("details.note[open]")) if (other !== fold) other.open = false;
  }, true);
}
