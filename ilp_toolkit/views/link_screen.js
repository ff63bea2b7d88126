// Draws the page of a link chart from what link_screen.py wrote beside it. Nothing here asks the network.
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent), words = data.words;
  var svg = document.getElementById("chart"), NS = svg.namespaceURI, panel = document.getElementById("panel");
  var tools = document.getElementById("tools"), view = { x: 0, y: 0, k: 1 }, at = -1, past = [];
  var stage, count, links = data.links, vertices = data.vertices;
  links.forEach(function (link, i) { link.number = i; link.left = link.records; link.shown = true; });

  function element(name, attributes, parent) {
    var made = document.createElementNS(NS, name);
    Object.keys(attributes || {}).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (parent) { parent.appendChild(made); }
    return made;
  }
  function node(name, text, parent, className) {
    var made = document.createElement(name);
    if (text) { made.textContent = text; }
    if (className) { made.className = className; }
    if (parent) { parent.appendChild(made); }
    return made;
  }
  function button(text, parent, act, className) {
    var made = node("button", text, parent, className);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }
  function title(link) {
    var sign = link.forth && link.back ? " ↔ " : link.forth ? " → " : link.back ? " ← " : " — ";
    return vertices[link.a].text + sign + vertices[link.b].text;
  }

  // The chart ------------------------------------------------------------------------------------------------
  function ends(link) {
    var e = link.ends, dx = e[2] - e[0], dy = e[3] - e[1], length = Math.hypot(dx, dy) || 1;
    return e.concat([dx / length, dy / length]);
  }
  function tip(x, y, dx, dy, parent) {
    var s = data.radius > 8 ? 9 : 5;
    element("path", { "class": "tip", d: "M" + [x, y, x - s * dx - 0.42 * s * dy, y - s * dy + 0.42 * s * dx,
      x - s * dx + 0.42 * s * dy, y - s * dy - 0.42 * s * dx].map(round).join(" ") + "Z" }, parent);
  }
  function round(value) { return Math.round(value * 10) / 10; }

  function draw() {
    stage = element("g", {}, svg);
    if (links.every(function (link) { return link.level === "unknown"; })) { svg.setAttribute("class", "plain"); }
    var lines = element("g", {}, stage), signs = element("g", {}, stage);
    links.forEach(function (link) {
      var e = ends(link), group = element("g", { "class": "link " + link.level }, lines);
      var line = { x1: round(e[0]), y1: round(e[1]), x2: round(e[2]), y2: round(e[3]) };
      element("title", {}, group).textContent = title(link) + (link.text ? ": " + link.text : "");
      element("line", Object.assign({ "class": "line" }, line), group);
      element("line", Object.assign({ "class": "hit" }, line), group);
      if (link.forth) { tip(e[2], e[3], e[4], e[5], group); }
      if (link.back) { tip(e[0], e[1], -e[4], -e[5], group); }
      group.addEventListener("click", function () { if (!moved) { show({ link: link.number }); } });
      if (link.spot) {
        element("text", { "class": "edge", x: link.spot[0], y: link.spot[1], "font-size": data.letters * 0.92 }, group).textContent = link.text;
      }
      link.group = group;
    });
    var scale = data.radius / 12;
    vertices.forEach(function (one, i) {
      var group = element("g", { "class": "vertex" + (one.quiet ? " quiet" : ""),
        transform: "translate(" + one.x + " " + one.y + ")" }, signs);
      element("title", {}, group).textContent = one.text + " (" + data.icons[one.kind][1] + ")";
      element("circle", { "class": "ring", r: round(data.radius * 1.35) }, group);
      var icon = element("g", { transform: "scale(" + scale + ") translate(-12 -12)" }, group);
      icon.innerHTML = data.icons[one.kind][0];
      one.rows.forEach(function (row, k) {
        element("text", { y: round(data.radius + data.line * (k + 0.85)), "font-size": data.letters }, group).textContent = row;
      });
      group.addEventListener("click", function () { if (!moved) { show({ vertex: i }); } });
      one.group = group;
      one.links = [];
    });
    links.forEach(function (link) { vertices[link.a].links.push(link); vertices[link.b].links.push(link); });
  }

  // Moving and zooming ---------------------------------------------------------------------------------------
  function place() {
    stage.setAttribute("transform", "translate(" + view.x + " " + view.y + ") scale(" + view.k + ")");
    svg.classList.toggle("far", data.letters * view.k < 5.5);
  }
  function fit() {
    var box = svg.getBoundingClientRect(), pad = 14;
    view.k = Math.min((box.width - 2 * pad) / data.size[0], (box.height - 2 * pad) / data.size[1]);
    view.k = Math.max(Math.min(view.k, 1.6), 0.02);
    view.x = (box.width - data.size[0] * view.k) / 2;
    view.y = (box.height - data.size[1] * view.k) / 2;
    place();
  }
  function zoom(factor, x, y) {
    var k = Math.max(0.05, Math.min(8, view.k * factor)), box = svg.getBoundingClientRect();
    if (x === undefined) { x = box.width / 2; y = box.height / 2; }
    view.x = x - (x - view.x) * k / view.k;
    view.y = y - (y - view.y) * k / view.k;
    view.k = k;
    place();
  }
  function reveal(x, y) {
    var box = svg.getBoundingClientRect(), px = view.x + x * view.k, py = view.y + y * view.k, edge = 60;
    if (px < edge || py < edge || px > box.width - edge || py > box.height - edge) {
      view.x += box.width / 2 - px;
      view.y += box.height / 2 - py;
      place();
    }
  }
  var touches = {}, moved = false, spread = 0;
  svg.addEventListener("pointerdown", function (event) {
    touches[event.pointerId] = [event.clientX, event.clientY];
    if (Object.keys(touches).length === 1) { moved = false; }
    spread = 0;
  });
  window.addEventListener("pointermove", function (event) {
    var before = touches[event.pointerId];
    if (!before) { return; }
    var now = [event.clientX, event.clientY], keys = Object.keys(touches);
    if (keys.length === 1) {
      if (!moved && Math.hypot(now[0] - before[0], now[1] - before[1]) < 5) { return; }
      moved = true;
      svg.classList.add("held");
      view.x += now[0] - before[0];
      view.y += now[1] - before[1];
      place();
    } else {
      touches[event.pointerId] = now;
      var one = touches[keys[0]], two = touches[keys[1]], box = svg.getBoundingClientRect();
      var wide = Math.hypot(one[0] - two[0], one[1] - two[1]);
      if (spread) { zoom(wide / spread, (one[0] + two[0]) / 2 - box.left, (one[1] + two[1]) / 2 - box.top); }
      spread = wide;
      moved = true;
    }
    touches[event.pointerId] = now;
  });
  ["pointerup", "pointercancel"].forEach(function (kind) {
    window.addEventListener(kind, function (event) {
      delete touches[event.pointerId];
      spread = 0;
      svg.classList.remove("held");
    });
  });
  svg.addEventListener("wheel", function (event) {
    event.preventDefault();
    var box = svg.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });

  // Keys: from sign to sign, the nearest in the direction of the arrow ---------------------------------------
  function go(dx, dy) {
    var here = vertices[at], best = -1, least = Infinity;
    vertices.forEach(function (one, i) {
      if (i === at || one.group.classList.contains("faint")) { return; }
      if (!here) { if (best < 0) { best = i; } return; }
      var ahead = (one.x - here.x) * dx + (one.y - here.y) * dy;
      var aside = Math.abs((one.x - here.x) * dy) + Math.abs((one.y - here.y) * dx);
      if (ahead > 0.5 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = i; }
    });
    if (best >= 0) { mark(best); }
  }
  function mark(i) {
    if (vertices[at]) { vertices[at].group.classList.remove("at"); }
    at = i;
    vertices[at].group.classList.add("at");
    reveal(vertices[at].x, vertices[at].y);
    count.textContent = vertices[at].text + " (" + data.icons[vertices[at].kind][1] + ")";
  }
  svg.addEventListener("keydown", function (event) {
    var ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (ways[event.key]) { go(ways[event.key][0], ways[event.key][1]); }
    else if ((event.key === "Enter" || event.key === " ") && at >= 0) { show({ vertex: at }, true); }
    else if (event.key === "+" || event.key === "=") { zoom(1.3); }
    else if (event.key === "-") { zoom(1 / 1.3); }
    else if (event.key === "0") { fit(); }
    else { return; }
    event.preventDefault();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && past.length > 1) { back(); }
  });

  // The panel ------------------------------------------------------------------------------------------------
  function show(what, jump) {
    past.push(what);
    render(jump);
  }
  function back() {
    if (past.length > 1) { past.pop(); }
    render(true);
  }
  function render(jump) {
    var what = past[past.length - 1];
    panel.textContent = "";
    light(what);
    if (past.length > 1) { button("← " + words.back, panel, back); }
    if (what.item !== undefined) { report(what); }
    else if (what.link !== undefined) { evidence(links[what.link]); }
    else if (what.vertex !== undefined) { entity(what.vertex); }
    else { overview(what.search); }
    panel.scrollTop = 0;
    if (jump) { panel.focus(); }
  }
  function light(what) {
    svg.querySelectorAll(".on").forEach(function (one) { one.classList.remove("on"); });
    if (what.link !== undefined) {
      var link = links[what.link];
      [link.group, vertices[link.a].group, vertices[link.b].group].forEach(function (one) { one.classList.add("on"); });
    } else if (what.vertex !== undefined) {
      vertices[what.vertex].group.classList.add("on");
      vertices[what.vertex].links.forEach(function (one) { one.group.classList.add("on"); });
    }
  }
  function overview(text) {
    var found = text ? vertices.map(function (one, i) { return [one, i]; }).filter(function (pair) {
      return pair[0].text.toLowerCase().indexOf(text.toLowerCase()) >= 0;
    }) : [];
    if (text) {
      node("h2", words.search + ": " + text, panel);
      if (!found.length) { node("p", words.no_match, panel); }
      var list = node("ul", "", panel);
      found.slice(0, 100).forEach(function (pair) {
        button(pair[0].text + " (" + data.icons[pair[0].kind][1] + ")", node("li", "", list), function () {
          mark(pair[1]);
          show({ vertex: pair[1] }, true);
        }, "row");
        pair[0].group.classList.add("on");
      });
      return;
    }
    node("p", words.click, panel);
    node("p", words.keys, panel, "soft");
    node("h2", words.all, panel);
    listed(links.filter(function (link) { return link.shown; }));
  }
  function entity(i) {
    node("h2", vertices[i].text, panel);
    node("p", data.icons[vertices[i].kind][1], panel, "soft");
    listed(vertices[i].links.filter(function (link) { return link.shown; }));
  }
  function listed(some) {
    var list = node("ul", "", panel), upto = 0, more;
    if (!some.length) { node("p", words.no_links, panel); }
    function next() {
      some.slice(upto, upto + 60).forEach(function (link) {
        var row = button(title(link), node("li", "", list), function () { show({ link: link.number }, true); }, "row");
        if (link.text) { node("span", " " + link.text, row, "soft"); }
      });
      upto += 60;
      if (more) { more.remove(); }
      if (upto < some.length) { more = button(words.more, panel, next); }
    }
    next();
  }
  function pair(list, name, value) {
    node("dt", name, list);
    return node("dd", value, list);
  }
  function evidence(link) {
    node("h2", title(link), panel);
    node("p", data.levels[link.level], panel, "soft");
    var list = node("ul", "", panel);
    link.records.forEach(function (record) {
      var row = node("li", "", list), rows = node("dl", "", row);
      if (link.left.indexOf(record) < 0) { node("p", words.hidden, row, "soft"); }
      var way = record.way === "forth" ? " →" : record.way === "back" ? " ←" : "";
      pair(rows, words.kind, (record.kind || words.no_kind) + way);
      pair(rows, words.grade, record.grade || words.no_grade).title = data.grades[record.grade] || "";
      pair(rows, words.date, record.date || words.no_date);
      if (record.handling) { pair(rows, words.handling, record.handling); }
      var cell = pair(rows, words.items, record.items.length ? "" : words.no_item);
      cell.className = "items";
      record.items.forEach(function (item) {
        var grade = data.items[item] && data.items[item].grade;
        button(item + (grade ? " · " + grade.replace(/^.*:/, "") : ""), cell, function () {
          show({ item: item, link: link.number, record: record }, true);
        });
      });
    });
  }
  function report(what) {
    var item = data.items[what.item];
    node("h2", words.item + " " + what.item, panel);
    node("p", title(links[what.link]), panel, "soft");
    if (!item) {
      node("p", words.no_report, panel);
      pair(node("dl", "", panel), words.grade, what.record.grade || words.no_grade);
      node("p", data.grades[what.record.grade] || words.ungraded, panel);
      return;
    }
    var rows = node("dl", "", panel);
    pair(rows, words.grade, item.grade || words.no_grade);
    if (item.date) { pair(rows, words.date, item.date); }
    pair(rows, words.handling, item.handling || words.unhandled);
    node("p", item.words || words.ungraded, panel);
    node("h2", words.text, panel);
    if (item.text) { node("blockquote", item.text, panel); } else { node("p", words.no_text, panel); }
  }

  // Filters --------------------------------------------------------------------------------------------------
  var off = { level: {}, kind: {}, type: {}, quiet: false, undated: false, from: "", to: "" };
  function check(set, label, act, mark) {
    var row = node("label", "", set), box = node("input", "", row);
    box.type = "checkbox";
    box.checked = true;
    if (mark) { row.appendChild(mark); }
    node("span", label, row);
    box.addEventListener("change", function () { act(!box.checked); apply(); });
  }
  function key(kind, quiet) {
    var made = element("svg", { viewBox: "0 0 24 24", "class": "key" + (quiet ? " quiet" : ""), "aria-hidden": "true" });
    made.innerHTML = data.icons[kind][0];
    return made;
  }
  function stroke(level) {
    var made = element("svg", { viewBox: "0 0 28 18", "class": level, "aria-hidden": "true" });
    element("line", { "class": "line", x1: 1, y1: 9, x2: 27, y2: 9 }, made);
    return made;
  }
  function group(parent, name) {
    var set = node("fieldset", "", parent);
    node("legend", name, set);
    return set;
  }
  function day(set, name, field) {
    var row = node("label", name + " ", set), box = node("input", "", row);
    box.type = "date";
    box.addEventListener("change", function () { off[field] = box.value; apply(); });
  }
  function filters() {
    var row = node("label", words.search, tools, "search"), box = node("input", "", row);
    box.type = "search";
    box.addEventListener("input", function () {
      past = [{}];
      if (box.value.trim()) { past.push({ search: box.value.trim() }); }
      render(false);
    });
    var all = node("details", "", tools, "filters"), inside;
    node("summary", words.filters, all);
    inside = node("div", "", all);
    var set = group(inside, words.grades);
    Object.keys(data.levels).forEach(function (level) {
      if (links.some(function (link) { return link.level === level || link.records.some(function (r) { return r.level === level; }); })) {
        check(set, data.levels[level], function (hide) { off.level[level] = hide; }, stroke(level));
      }
    });
    set = group(inside, words.types);
    Object.keys(data.icons).forEach(function (kind) {
      check(set, data.icons[kind][1], function (hide) { off.type[kind] = hide; }, key(kind));
    });
    var grey = vertices.filter(function (one) { return one.quiet; })[0];
    if (grey) {
      set = group(inside, words.roles);
      check(set, words.grey, function (hide) { off.quiet = hide; }, key(grey.kind, true));
    }
    var kinds = {};
    links.forEach(function (link) { link.records.forEach(function (r) { kinds[r.kind] = true; }); });
    if (Object.keys(kinds).length > 1) {
      set = group(inside, words.kinds);
      set.className = "many";
      Object.keys(kinds).sort().forEach(function (kind) {
        check(set, kind || words.no_kind, function (hide) { off.kind[kind] = hide; });
      });
    }
    if (links.some(function (link) { return link.records.some(function (r) { return r.day; }); })) {
      set = group(inside, words.dates);
      day(set, words.from, "from");
      day(set, words.to, "to");
      check(set, words.undated, function (hide) { off.undated = hide; });
    }
    all.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && all.open) { all.open = false; all.firstChild.focus(); event.stopPropagation(); }
    });
    svg.addEventListener("pointerdown", function () { all.open = false; });
    count = node("output", "", tools);
    count.setAttribute("aria-live", "polite");
  }
  function keeps(record) {
    if (off.level[record.level] || off.kind[record.kind]) { return false; }
    if (!record.day) { return !off.undated; }
    return !(off.from && (record.until || record.day) < off.from) && !(off.to && record.day > off.to);
  }
  function out(one) { return off.type[one.kind] || (off.quiet && one.quiet); }
  function apply() {
    var n = 0;
    links.forEach(function (link) {
      link.left = link.records.filter(keeps);
      var holds = link.records.length ? link.left.length : !off.level[link.level];
      link.shown = !!holds && !out(vertices[link.a]) && !out(vertices[link.b]);
      link.group.classList.toggle("gone", !link.shown);
      n += link.shown;
    });
    vertices.forEach(function (one) {
      var lone = one.links.length && !one.links.some(function (link) { return link.shown; });
      one.group.classList.toggle("faint", !!(out(one) || lone));
    });
    count.textContent = words.shown.replace("{shown}", n).replace("{all}", links.length);
    render(false);
  }

  var controls = document.getElementById("zoom");
  [["+", words["in"], function () { zoom(1.3); }], ["−", words.out, function () { zoom(1 / 1.3); }],
    [words.fit, words.fit, fit]].forEach(function (one) {
    button(one[0], controls, one[2]).setAttribute("aria-label", one[1]);
  });
  past = [{}];
  draw();
  filters();
  fit();
  apply();
  window.addEventListener("resize", fit);
})();
