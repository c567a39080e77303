/* Tradewind charts. A <div data-chart="id-of-json"> or <div data-chart-url="/…"> becomes a chart;
   the table behind it, open until then, closes. Colours are named by token and read from the page. */

(() => {
  "use strict";

  const TOKENS = ["paper", "surface", "sunken", "line", "line-control", "ink", "ink-soft", "accent", "accent-strong",
    "good", "warn", "bad", "chart-1", "chart-2", "chart-3", "chart-4", "scale-1", "scale-2", "scale-3", "scale-4", "scale-5"];

  /* Vega reads rgb, the tokens are OKLCH: one pixel of a canvas translates. */
  const palette = (element) => {
    const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const probe = element.appendChild(document.createElement("span"));
    const colours = {};
    for (const token of TOKENS) {
      probe.style.setProperty("color", `var(--${token})`);
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = getComputedStyle(probe).color;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b] = brush.getImageData(0, 0, 1, 1).data;
      colours[token] = `#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
    }
    probe.remove();
    return colours;
  };

  const coloured = (part, colours) => {
    if (Array.isArray(part)) return part.map((each) => coloured(each, colours));
    if (part && typeof part === "object")
      return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, key === "values" ? value : coloured(value, colours)]));
    return typeof part === "string" && part.startsWith("--") ? colours[part.slice(2)] ?? part : part;
  };

  const config = (c) => {
    const font = getComputedStyle(document.body).fontFamily;
    const text = { labelFont: font, titleFont: font, labelFontSize: 12, titleFontSize: 12, labelColor: c["ink-soft"],
      titleColor: c["ink-soft"], titleFontWeight: 400 };
    return {
      background: null, font, view: { stroke: null }, padding: 0,
      axis: { ...text, gridColor: c.line, domainColor: c["line-control"], tickColor: c["line-control"], labelPadding: 6 },
      legend: { ...text, orient: "top", symbolType: "square" },
      title: { font, color: c.ink, anchor: "start", fontSize: 13, fontWeight: 600 },
      text: { font, fontSize: 12, fill: c["ink-soft"] },
      range: { category: [c["chart-1"], c["chart-2"], c["chart-3"], c["chart-4"]],
        ramp: [1, 2, 3, 4, 5].map((step) => c[`scale-${step}`]), heatmap: [1, 2, 3, 4, 5].map((step) => c[`scale-${step}`]) },
      line: { stroke: c["chart-1"], strokeWidth: 2 }, area: { fill: c["chart-1"] }, bar: { fill: c["chart-1"] },
      point: { fill: c["chart-1"], filled: true }, rule: { stroke: c.ink }, rect: { fill: c["chart-1"] },
    };
  };

  const specification = async (element) => {
    if (!element.dataset.chartUrl) return JSON.parse(document.getElementById(element.dataset.chart).textContent);
    const response = await fetch(element.dataset.chartUrl, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`chart: ${response.status}`);
    return response.json();
  };

  const draw = async (element) => {
    const colours = palette(element);
    const spec = coloured(await specification(element), colours);
    const options = { ast: true, renderer: "svg", actions: false, defaultStyle: false, config: config(colours),
      tooltip: { disableDefaultStyle: true, theme: "tradewind" } };
    await window.vegaEmbed(element, { width: "container", ...spec }, options);
    const svg = element.querySelector("svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", element.dataset.description ?? "");
    for (const inner of svg.querySelectorAll("[role], [aria-label], [aria-roledescription]"))
      for (const name of ["role", "aria-label", "aria-roledescription"]) inner.removeAttribute(name);
    for (const child of svg.children) child.setAttribute("aria-hidden", "true");
    const table = element.parentElement.querySelector("details.more");
    if (table && !element.dataset.drawn) table.open = false;
    element.dataset.drawn = "yes";
  };

  const drawAll = (root) => {
    for (const element of root.querySelectorAll("[data-chart], [data-chart-url]"))
      draw(element).catch((fault) => console.error(fault));
  };

  drawAll(document);
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) drawAll(event.detail.elt); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll(document));
})();
