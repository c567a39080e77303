/* The time slider of a predictor says where it stands while it moves. The page works without this file.

   data-says="id"   the output that names the stop; the names are those of the slider's list */

(() => {
  "use strict";

  document.addEventListener("input", (event) => {
    const slider = event.target;
    if (!slider.matches("[data-says]")) return;
    const stop = [...(slider.list?.options ?? [])].find((option) => option.value === slider.value);
    if (!stop) return;
    slider.setAttribute("aria-valuetext", stop.label);
    document.getElementById(slider.dataset.says).textContent = stop.label;
  });

  /* While a tree is fetched, whoever listens is told so. */
  const busy = (event, is) => {
    if (event.detail.target?.id === "then") event.detail.target.setAttribute("aria-busy", String(is));
  };
  document.addEventListener("htmx:beforeRequest", (event) => busy(event, true));
  document.addEventListener("htmx:afterRequest", (event) => busy(event, false));
})();
