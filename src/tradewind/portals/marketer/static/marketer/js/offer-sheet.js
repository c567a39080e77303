/* The offer's sheet, a little more comfortable. Everything on it works without this file.

   data-tabs            shows one of its [data-tab] sections, the one its navigation names
   data-follows         marks the entry of the contents whose part is in view
   data-guards-typing   asks before a page with unsaved typing is left                      */

(() => {
  "use strict";

  /* ---- Tabs */
  const show = (tabs, id) => {
    for (const section of tabs.querySelectorAll("[data-tab]")) section.hidden = section.id !== id;
    for (const link of tabs.querySelectorAll(".tabs a")) {
      if (link.hash === `#${id}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  const open = (target) => {
    const section = target?.closest("[data-tab]");
    if (section) show(section.closest("[data-tabs]"), section.id);
  };
  for (const tabs of document.querySelectorAll("[data-tabs]")) {
    const sections = [...tabs.querySelectorAll("[data-tab]")];
    for (const section of sections) section.querySelector("h3")?.classList.add("visually-hidden");
    const faulty = sections.find((section) => section.querySelector("[aria-invalid=true]"));
    const asked = sections.find((section) => `#${section.id}` === location.hash);
    show(tabs, (faulty ?? asked ?? sections[0]).id);
    tabs.querySelector(".tabs").addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      show(tabs, link.hash.slice(1));
    });
  }
  /* A link to a field (the error summary, a fault of a publication) opens the tab that the field is on. */
  const arrive = () => open(document.getElementById(location.hash.slice(1)));
  addEventListener("hashchange", arrive);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && !link.closest(".tabs")) open(document.getElementById(link.hash.slice(1)));
  });
  if (location.hash) arrive();

  /* ---- Contents */
  const contents = document.querySelector("[data-follows]");
  if (contents) {
    const links = [...contents.querySelectorAll("a")];
    const parts = links.map((link) => document.querySelector(link.hash)).filter(Boolean);
    const follow = () => {
      const here = parts.findLast((part) => part.getBoundingClientRect().top < innerHeight / 3) ?? parts[0];
      for (const link of links) {
        if (link.hash === `#${here.id}`) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    addEventListener("scroll", () => requestAnimationFrame(follow), { passive: true });
    follow();
  }

  /* ---- Unsaved typing */
  const guarded = document.querySelector("[data-guards-typing]");
  let typed = guarded?.dataset.guardsTyping === "typed";
  guarded?.addEventListener("input", () => { typed = true; });
  document.addEventListener("submit", (event) => { if (event.target === guarded) typed = false; });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.closest("[name=rearrange]")) typed = true;
  });
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
})();
