// Filters of the list of claims. Without this script, every claim is shown.
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const claims = [...document.querySelectorAll("li.claim")];
  const groups = [...document.querySelectorAll("section.group")];
  const shown = form.querySelector("output");

  const filter = () => {
    const wanted = [...new FormData(form)].filter(([, value]) => value);
    for (const claim of claims) {
      claim.hidden = wanted.some(([name, value]) => claim.dataset[name] !== value);
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("li.claim:not([hidden])");
    }
    const count = claims.filter((claim) => !claim.hidden).length;
    shown.textContent = wanted.length ? `${count} of ${claims.length} claims` : "";
  };

  form.hidden = false;
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  filter();
})();
