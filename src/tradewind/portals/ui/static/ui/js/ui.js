/* Tradewind, keyboard and small kindnesses. Every page works without this file.

   data-key="x"      the letter presses this button, link or field
   data-list         j and k walk its entries (children with data-entry, or table rows with a link)
   data-opens="id"   opens the <dialog> with this id instead of following the link
   data-focus        takes the focus when the page is there (an error summary)
   data-passes       a toast that leaves by itself
   data-submits      a control that sends its form when it changes                               */

(() => {
  "use strict";

  const typing = (target) =>
    target.isContentEditable || target.closest("input:not([type=radio], [type=checkbox], [type=submit]), textarea, select");

  const entries = () => {
    const list = document.querySelector("[data-list]");
    return list ? [...list.querySelectorAll("[data-entry], tbody tr:has(a)")] : [];
  };

  const select = (entry) => {
    if (!entry) return false;
    for (const other of entries()) other.removeAttribute("data-selected");
    entry.setAttribute("data-selected", "");
    const target = entry.matches("a, button, [tabindex]") ? entry : entry.querySelector("a, button");
    target?.focus({ preventScroll: true });
    entry.scrollIntoView({ block: "nearest" });
    return true;
  };

  const walk = (step) => {
    const all = entries();
    const now = all.findIndex((entry) => entry.hasAttribute("data-selected"));
    return select(all[now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + step, 0), all.length - 1)]);
  };

  const visible = (element) => element.checkVisibility() && !element.disabled;

  /* A letter belongs to the selected entry first, then to the page. */
  const press = (key) => {
    const wanted = `[data-key="${CSS.escape(key)}"]`;
    const selected = document.querySelector("[data-list] [data-selected]");
    const target = [...(selected?.querySelectorAll(wanted) ?? []), ...document.querySelectorAll(wanted)].find(
      (element) => visible(element) && (selected?.contains(element) || !element.closest("[data-entry]")),
    );
    if (!target) return false;
    if (target.matches("input:not([type=radio], [type=checkbox]), select, textarea")) {
      target.focus();
      target.select?.();
    } else if (target.matches("fieldset")) {
      (target.querySelector(":checked") ?? target.querySelector("input"))?.focus();
    } else target.click();
    return true;
  };

  const open = (id) => {
    const dialog = document.getElementById(id);
    if (!(dialog instanceof HTMLDialogElement)) return false;
    if (!dialog.open) dialog.showModal();
    return true;
  };

  /* Where the search field gives way to its button, the button opens the page that searches. */
  const search = () => press("/") || (document.querySelector(".find button")?.click() ?? false);

  const answer = (key) => {
    if (key === "?") return open("shortcuts");
    if (key === "/") return search() !== false;
    if (key === "j") return walk(1);
    if (key === "k") return walk(-1);
    if (/^[1-9]$/.test(key) && entries().length) return select(entries()[Number(key) - 1]);
    return /^[a-z]$/.test(key) && press(key);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      return;
    }
    if (typing(event.target) || document.querySelector("dialog:modal")) return;
    if (answer(event.key.toLowerCase())) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    const opener = event.target.closest("[data-opens]");
    if (opener && open(opener.dataset.opens)) event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits], [data-submits] *")) event.target.form?.requestSubmit();
  });

  /* What a part of a page could not fetch is said, never swallowed. */
  const trouble = (kind, there) => {
    const toast = document.querySelector(`[data-trouble="${kind}"]`);
    if (toast) toast.hidden = !there;
  };
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => trouble("unreachable", true));
  document.addEventListener("htmx:responseError", () => trouble("refused", true));
  document.addEventListener("htmx:afterOnLoad", () => ["unreachable", "refused"].forEach((kind) => trouble(kind, false)));
  addEventListener("offline", () => trouble("unreachable", true));
  addEventListener("online", () => trouble("unreachable", false));

  const arrive = (root) => {
    root.querySelector("[data-focus]")?.focus();
    for (const toast of root.querySelectorAll("[data-passes]")) setTimeout(() => toast.remove(), 8000);
  };
  arrive(document);
  document.addEventListener("htmx:load", (event) => arrive(event.detail.elt));
})();
