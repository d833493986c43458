/** Filters by text and status, keeps both in the address, opens what matches. Without it everything is still there. */
export const script = `
const query = document.getElementById("query");
const boxes = [...document.querySelectorAll("input[name=status]")];
const files = [...document.querySelectorAll(".file")].map((element) => ({
  element,
  open: element.open,
  tests: [...element.querySelectorAll("li")],
}));
const shown = document.getElementById("shown");
function filter() {
  const words = query.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const allowed = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  const restricted = words.length > 0 || allowed.size < boxes.length;
  let total = 0;
  for (const { element, open, tests } of files) {
    let here = 0;
    for (const test of tests) {
      const fits = allowed.has(test.dataset.status) && words.every((word) => test.dataset.text.includes(word));
      test.hidden = !fits;
      if (fits) here++;
    }
    element.hidden = here === 0;
    element.open = restricted ? here > 0 && (here <= 50 || open) : open;
    total += here;
  }
  shown.textContent = restricted ? total.toLocaleString("en-US") + " shown" : "";
  const parts = new URLSearchParams();
  if (query.value) parts.set("q", query.value);
  if (allowed.size < boxes.length) parts.set("status", [...allowed].join(","));
  try {
    history.replaceState(null, "", (parts.size > 0 ? "?" + parts : location.pathname) + location.hash);
  } catch {}
}
const given = new URLSearchParams(location.search);
query.value = given.get("q") ?? "";
if (given.has("status")) {
  const wanted = given.get("status").split(",");
  for (const box of boxes) box.checked = wanted.includes(box.value);
}
let timer;
query.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(filter, 80);
});
for (const box of boxes) box.addEventListener("change", filter);
query.form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== query) {
    event.preventDefault();
    query.focus();
  } else if (event.key === "Escape" && document.activeElement === query) {
    query.value = "";
    filter();
  }
});
if (given.size > 0) filter();
`;
