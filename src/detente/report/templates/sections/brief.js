
// A note of the brief opens beside its words, where they are pressed, without a jump.
const brief = document.querySelector(".brief");
if (brief) {
  brief.addEventListener("click", (event) => {
    const link = event.target.closest("a.ref");
    const words = link || event.target.closest("mark");
    if (!words || !getSelection().isCollapsed) return;
    event.preventDefault();
    const fold = document.getElementById(link ? link.hash.slice(1) : words.dataset.note).closest("details");
    fold.open = link ? true : !fold.open;
    if (link) fold.querySelector("summary").focus({ preventScroll: true });
    if (fold.open) fold.scrollIntoView({ block: "nearest" });
  });
  brief.addEventListener("toggle", (event) => {
    const body = event.target.querySelector("[id]");
    if (!body) return;
    for (const mark of brief.querySelectorAll(`mark[data-note="${body.id}"]`)) mark.classList.toggle("told", event.target.open);
  }, true);
}
