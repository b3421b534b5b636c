
// A note of the brief opens beside the words that are pressed, without a jump; beside wide text one at a time.
const brief = document.querySelector(".brief");
const wide = matchMedia("(min-width: 54rem)");

function shutOthers(kept) {
  if (!wide.matches) return;
  for (const fold of brief.querySelectorAll("details.note[open]")) if (fold !== kept) fold.open = false;
}

function press(event) {
  const head = event.target.closest(".note > summary");
  if (head && !head.parentElement.open) shutOthers(head.parentElement);
  const link = event.target.closest("a.ref");
  const words = link || event.target.closest("mark");
  if (!words || !getSelection().isCollapsed) return;
  event.preventDefault();
  const note = document.getElementById(link ? link.hash.slice(1) : words.dataset.note);
  const fold = note.closest("details");
  fold.open = !fold.open;
  if (!fold.open) return;
  shutOthers(fold);
  if (link) note.focus({ preventScroll: true });
  note.scrollIntoView({ block: "nearest" });
}

if (brief) {
  brief.addEventListener("click", press);
  brief.addEventListener("keydown", (event) => {
    const fold = event.key === "Escape" && event.target.closest("details.note[open]");
    if (!fold) return;
    fold.open = false;
    document.getElementById(fold.dataset.words).focus({ preventScroll: true });
  });
  brief.addEventListener("toggle", ({ target: fold }) => {
    const marks = brief.querySelectorAll(`mark[data-note="${fold.lastElementChild.id}"]`);
    for (const mark of marks) mark.classList.toggle("told", fold.open);
  }, true);
}
