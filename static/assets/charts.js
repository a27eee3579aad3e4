// Draws the figures of a page: each <figure data-chart> holds ECharts options as
// JSON, in which colours are the names of the style sheet's variables. Without this
// script the tables alone are shown, and nothing is missing.
(function () {
  "use strict";
  if (!window.echarts) return;

  var root = document.documentElement;
  var colon = root.lang === "fr" ? "\u00a0: " : ": ";
  var narrow = 640; // px, below which numbers find no room in bars
  var number = function (options) {
    var format = new Intl.NumberFormat(root.lang || "en", options);
    return function (value) { return format.format(value).replace("-", "\u2212"); };
  };
  var formats = {
    percent: number({ style: "percent" }),
    signed: number({ signDisplay: "exceptZero" }),
    hours: number({ style: "unit", unit: "hour", unitDisplay: "narrow" }),
    days: number({ style: "unit", unit: "day", unitDisplay: "narrow" }),
  };

  // colour reads a variable in the present light; what names none stays as it is.
  function colour(name) {
    return (/^[a-z][a-z0-9-]*$/.test(name) && getComputedStyle(root).getPropertyValue("--" + name).trim()) || name;
  }

  // paint replaces every colour of an option.
  function paint(value, key) {
    if (typeof value === "string") return /color$/i.test(key) ? colour(value) : value;
    if (!value || typeof value !== "object") return value;
    Object.keys(value).forEach(function (k) { value[k] = paint(value[k], Array.isArray(value) ? key : k); });
    return value;
  }

  // wrapped breaks a line that is wider than the picture.
  function wrapped(text, most) {
    var lines = [""];
    text.split(" ").forEach(function (word) {
      var last = lines.length - 1;
      if (lines[last] && lines[last].length + word.length >= most) lines.push("  " + word);
      else lines[last] += (lines[last] ? " " : "") + word;
    });
    return lines.join("\n");
  }

  // told is what a tooltip says of a month: value, interval and n in the words of
  // the table.
  function told(box) {
    return function (points) {
      points = [].concat(points); // one alone, where the pointer is on it
      var most = Math.floor((box.clientWidth - 24) / 7);
      var lines = points[0].axisValueLabel ? [points[0].axisValueLabel] : [];
      points.forEach(function (p) {
        if (!p.data || !p.data.tip) return;
        var line = (/^series/.test(p.seriesName) ? "" : p.seriesName + colon) + p.data.tip;
        if (lines.indexOf(line) < 0) lines.push(wrapped(line, most));
      });
      return lines.join("\n");
    };
  }

  // oneLine keeps the words at the ends of lines apart where the lines are close, if
  // there is room for it.
  function oneLine(d) {
    var line = d.label && d.label.formatter && d.label.formatter.replace("\n", " ");
    if (line && line.length <= 13) d.label.formatter = line;
  }

  // apart leaves out, in a narrow picture, the words at the foot that would lie on
  // those before them; the table says them too.
  function apart(box, series) {
    var month = box.clientWidth / series.data.length, end = 0;
    series.data.forEach(function (d, i) {
      if (!d.label || d.label.position !== "top") return;
      var half = d.label.formatter.length * 3.5;
      if (i * month - half < end) delete d.label;
      else end = i * month + half;
    });
  }

  // option prepares what the server wrote for this screen and this light.
  function option(figure, box) {
    var o = paint(JSON.parse(figure.querySelector('script[type="application/json"]').textContent), "");
    var format = formats[figure.dataset.format];
    o.animation = false;
    var font = getComputedStyle(document.body).fontFamily;
    o.textStyle = { fontFamily: font };
    o.tooltip = Object.assign({}, o.tooltip, {
      renderMode: "richText", confine: true, formatter: told(box), transitionDuration: 0,
      backgroundColor: colour("paper"), borderColor: colour("line"), borderWidth: 1,
      textStyle: { color: colour("ink"), fontSize: 13, fontFamily: font, textShadowBlur: 0, textShadowColor: "transparent" },
      axisPointer: { type: "line", lineStyle: { color: colour("line"), type: "solid" } },
    });
    if (format) o.yAxis.forEach(function (axis) { axis.axisLabel.formatter = format; });
    var crowded = box.clientWidth < narrow && o.series.some(function (s) { return s.type === "bar"; });
    o.series.forEach(function (s) {
      s.silent = o.tooltip.trigger !== "item";
      s.emphasis = { disabled: true };
      if (s.type === "line") s.showAllSymbol = true;
      if (s.type === "line" && s.silent && box.clientWidth < narrow) {
        s.data.forEach(oneLine);
        apart(box, s);
      }
      if (s.stack) s.stackStrategy = "all"; // a band may cross zero
      if (crowded) s.data.forEach(function (d) { delete d.label; });
    });
    return o;
  }

  // keys lets the arrow keys walk from month to month.
  function keys(chart, box, months) {
    var at = months;
    box.tabIndex = 0;
    box.addEventListener("keydown", function (e) {
      var to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: months - 1 }[e.key];
      if (e.key === "Escape") chart.dispatchAction({ type: "hideTip" });
      if (to === undefined) return;
      e.preventDefault();
      at = Math.max(0, Math.min(months - 1, to));
      chart.dispatchAction({ type: "showTip", x: chart.convertToPixel({ xAxisIndex: 0 }, at), y: box.clientHeight / 3 });
    });
    box.addEventListener("blur", function () { chart.dispatchAction({ type: "hideTip" }); });
  }

  function draw(figure) {
    if (!figure.querySelector('script[type="application/json"]')) return;
    var box = figure.querySelector(".chart-box"), key = figure.querySelector(".key"), numbers = figure.querySelector("details");
    box.hidden = false;
    if (key) key.hidden = false;
    if (getComputedStyle(numbers.querySelector("table")).display === "block") numbers.open = false; // a list of pairs is long
    var chart = echarts.init(box, null, { renderer: "svg" });
    var wide, again = function () {
      wide = box.clientWidth >= narrow;
      chart.setOption(option(figure, box), { notMerge: true });
    };
    again();
    var months = chart.getOption().xAxis[0].data; // none where the axis counts
    if (months) keys(chart, box, months.length);
    new ResizeObserver(function () {
      chart.resize();
      if (wide !== box.clientWidth >= narrow) again();
    }).observe(box);
    // On paper the picture is as wide as a sheet, whatever the window was.
    addEventListener("beforeprint", function () {
      chart.resize({ width: 680, height: 260 });
      chart.getZr().flush();
    });
    addEventListener("afterprint", function () { chart.resize({ width: "auto", height: "auto" }); });
    ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "print"].forEach(function (query) {
      matchMedia(query).addEventListener("change", again);
    });
  }

  // small lets a small chart be read month by month: what is said of the one under the
  // pointer, or found with the arrow keys, stands in the line below.
  function small(svg) {
    var months = [].slice.call(svg.querySelectorAll("rect")), line = svg.parentNode.querySelector("[data-said]");
    var first = line.textContent, at = months.length, tips = months.map(function (rect) {
      var title = rect.querySelector("title"), tip = title.textContent;
      title.remove(); // or it would be said twice
      return tip;
    });
    function show(to) {
      months.forEach(function (rect, i) { rect.classList.toggle("here", i === to); });
      line.textContent = to < 0 ? first : tips[to];
    }
    months.forEach(function (rect, i) { rect.addEventListener("pointerenter", function () { show(i); }); });
    svg.addEventListener("pointerleave", function () { show(-1); });
    svg.addEventListener("blur", function () { show(-1); });
    svg.tabIndex = 0;
    line.setAttribute("aria-live", "polite");
    svg.addEventListener("keydown", function (e) {
      var to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: months.length - 1 }[e.key];
      if (e.key === "Escape") show(-1);
      if (to === undefined) return;
      e.preventDefault();
      at = Math.max(0, Math.min(months.length - 1, to));
      show(at);
    });
  }

  document.querySelectorAll("figure[data-chart]").forEach(draw);
  document.querySelectorAll(".panels svg").forEach(small);
})();
