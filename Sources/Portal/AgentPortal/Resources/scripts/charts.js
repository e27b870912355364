// Draws the charts of the operations page and keeps them current. `data-chart` names what is drawn: `field:label field:label`.
const section = document.querySelector("[data-figures]");
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const charts = new Map();

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

// `a:first label b:second` → [["a", "first label"], ["b", "second"]]
function series(text) {
  return [...text.matchAll(/(\w+):(.*?)(?=\s\w+:|$)/g)].map((match) => [match[1], match[2]]);
}

function draw(canvas, samples) {
  const wanted = series(canvas.dataset.chart);
  const labels = samples.map((sample) => clock.format(new Date(sample.at)));
  const colours = [colour("--accent"), colour("--wait")];
  const datasets = wanted.map(([field, label], index) => ({
    // What was not measured is a gap and no zero.
    label, data: samples.map((sample) => sample[field] ?? null), spanGaps: false, borderColor: colours[index], backgroundColor: colours[index],
    borderDash: index === 0 ? [] : [6, 3], borderWidth: 2, pointRadius: 0, tension: 0.25,
  }));
  const chart = charts.get(canvas);
  if (chart) {
    chart.data.labels = labels;
    chart.data.datasets.forEach((dataset, index) => { Object.assign(dataset, datasets[index]); });
    style(chart.options);
    chart.update("none");
  } else {
    charts.set(canvas, new window.Chart(canvas, { type: "line", data: { labels, datasets }, options: style(options()) }));
  }
  const last = samples.at(-1);
  const now = wanted.map(([field, label]) => last[field] === undefined ? `${label} not measured` : `${Math.round(last[field])} ${label}`).join(", ");
  canvas.setAttribute("aria-label", `${canvas.closest("figure").querySelector("figcaption").textContent}: now ${now}`);
}

function options() {
  return {
    animation: false, responsive: true, maintainAspectRatio: false, interaction: { mode: "index", intersect: false },
    scales: {
      x: { ticks: { maxTicksLimit: window.innerWidth < 576 ? 3 : 5, maxRotation: 0, autoSkipPadding: 24 }, grid: { display: false } },
      y: { beginAtZero: true, suggestedMax: 5, ticks: { maxTicksLimit: 5, precision: 0 }, grid: {} },
    },
    plugins: { legend: { position: "bottom", labels: { boxWidth: 20, boxHeight: 2 } } },
  };
}

function style(options) {
  for (const axis of Object.values(options.scales)) {
    axis.ticks.color = colour("--muted");
    axis.grid.color = colour("--line");
  }
  options.plugins.legend.labels.color = colour("--ink");
  return options;
}

async function fetchFigures() {
  try {
    const response = await fetch(section.dataset.figures, { cache: "no-store" });
    // The session has ended: the sign-in page leads back here.
    if (response.redirected) location.reload();
    return response.ok && !response.redirected ? await response.json() : null;
  } catch {
    return null;
  }
}

async function refresh() {
  let pause = 5000;
  if (!document.hidden) {
    const figures = await fetchFigures();
    section.toggleAttribute("data-stale", figures === null);
    if (figures) pause = figures.intervalSeconds * 1000;
    if (figures && figures.samples.length > 0) {
      section.removeAttribute("data-loading");
      for (const canvas of section.querySelectorAll("[data-chart]")) draw(canvas, figures.samples);
    }
  }
  setTimeout(refresh, pause);
}

if (section && window.Chart) {
  section.querySelector("[data-without-scripts]").hidden = true;
  section.toggleAttribute("data-loading", true);
  // Motion and fonts as on the rest of the page.
  window.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  // Drawn anew in the other colours.
  dark.addEventListener("change", () => { for (const chart of charts.values()) { style(chart.options); chart.update("none"); } });
  refresh();
}
