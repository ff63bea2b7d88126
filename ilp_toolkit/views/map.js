// Draws a map page from the numbers that maps.py wrote beside it. Nothing here asks the network.
(function () {
  "use strict";
  L.Icon.Default.imagePath = "";

  // Canvas that can also hatch: a cell that is not shown must not hang on colour alone.
  var Canvas = L.Canvas.extend({
    _fillStroke: function (ctx, layer) {
      var o = layer.options;
      if (o.thinBelow) { o.stroke = this._map.getZoom() >= o.thinBelow; }
      if (!o.hatch) { return L.Canvas.prototype._fillStroke.call(this, ctx, layer); }
      if (o.fill && o.fillColor) {
        ctx.globalAlpha = o.fillOpacity;
        ctx.fillStyle = o.fillColor;
        ctx.fill("evenodd");
      }
      ctx.globalAlpha = 1;
      ctx.fillStyle = pattern(ctx, o.hatch);
      ctx.fill("evenodd");
      if (o.stroke && o.weight) {
        ctx.lineWidth = o.weight;
        ctx.strokeStyle = o.color;
        ctx.stroke();
      }
    }
  });

  var patterns = {};
  function pattern(ctx, hatch) {
    var key = hatch.join();
    if (patterns[key]) { return patterns[key]; }
    var size = 7, ratio = 2, tile = document.createElement("canvas");
    tile.width = tile.height = size * ratio;
    var pen = tile.getContext("2d");
    pen.scale(ratio, ratio);
    pen.strokeStyle = pen.fillStyle = hatch[1];
    pen.lineWidth = 1.1;
    pen.beginPath();
    if (hatch[0] === "dots") {
      pen.arc(size / 2, size / 2, 1.2, 0, 7);
      pen.fill();
    } else {
      [-size, 0, size].forEach(function (x) {
        pen.moveTo(x - 1, hatch[0] === "up" ? size + 1 : -1);
        pen.lineTo(x + size + 1, hatch[0] === "up" ? -1 : size + 1);
      });
      pen.stroke();
    }
    patterns[key] = ctx.createPattern(tile, "repeat");
    patterns[key].setTransform(new DOMMatrix().scale(1 / ratio));
    return patterns[key];
  }

  // Rings come as whole numbers: steps from the point before, in units of 1 / scale degrees.
  function reader(data) {
    var x = 0, y = 0;
    return function (ring) {
      var points = [];
      for (var i = 0; i < ring.length; i += 2) {
        x += ring[i];
        y += ring[i + 1];
        points.push([data.origin[1] + y / data.scale, data.origin[0] + x / data.scale]);
      }
      return points;
    };
  }

  function ground(map, data, canvas) {
    data.ground.forEach(function (part) {
      var read = reader(data), style = part.style;
      style.renderer = canvas;
      style.interactive = false;
      part.shapes.forEach(function (rings) {
        rings = rings.map(read);
        (style.fill ? L.polygon(rings, style) : L.polyline(rings, style)).addTo(map);
      });
      (part.names || []).forEach(function (name) {
        var span = document.createElement("span");
        span.textContent = name[2];
        L.marker([name[1], name[0]], {
          icon: L.divIcon({ className: name[3] ? "name light" : "name", html: span, iconSize: [0, 0] }), interactive: false, keyboard: false
        }).addTo(map);
      });
    });
  }

  // Names that would run into one another are hidden, the first stays; closer up there is room for all.
  function untangle(map) {
    var shown = [];
    map.getContainer().querySelectorAll(".name span").forEach(function (span) {
      span.style.visibility = "";
      var box = span.getBoundingClientRect();
      var hidden = shown.some(function (other) {
        return box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top;
      });
      if (hidden) { span.style.visibility = "hidden"; } else { shown.push(box); }
    });
  }

  function card(data, cell) {
    var table = document.createElement("table");
    table.className = "card";
    table.createCaption().textContent = cell.name;
    data.columns.forEach(function (column, i) {
      if (cell.numbers[i] === null) { return; }
      var row = table.insertRow(), head = document.createElement("th");
      head.scope = "row";
      head.textContent = column;
      row.appendChild(head);
      row.insertCell().textContent = cell.numbers[i];
    });
    if (cell.note) {
      var note = table.insertRow().insertCell();
      note.colSpan = 2;
      note.style.textAlign = "left";
      note.style.whiteSpace = "normal";
      note.textContent = cell.note;
    }
    return table;
  }

  function places(map, data, canvas) {
    var read = reader(data), cells = [];
    // White edges part the cells where they are wide enough; on small ones they would wash the colours out.
    var thin = Math.log2(9 * 360 / (256 * data.width));
    data.places.forEach(function (place) {
      var style = data.styles[place[1]];
      var cell = { name: place[0], note: style.note || "", numbers: place[2] };
      cell.shape = L.polygon(place[3].map(function (part) { return part.map(read); }), {
        renderer: canvas, stroke: true, color: style.line, weight: style.weight, fill: true, fillColor: style.fill,
        fillOpacity: style.opacity, hatch: style.hatch, thinBelow: thin, bubblingMouseEvents: false
      }).addTo(map);
      cell.shape.on("click", function (event) { open(map, data, cell, event.latlng); });
      cells.push(cell);
    });
    return cells;
  }

  function open(map, data, cell, where) {
    L.popup({ maxWidth: 260, autoPanPadding: [20, 20], closeButton: true })
      .setLatLng(where || cell.shape.getBounds().getCenter()).setContent(card(data, cell)).openOn(map);
  }

  function letters(map, data, cells) {
    var markers = data.letters.map(function (letter) {
      var cell = cells[letter[0]], text = document.createElement("span");
      text.textContent = letter[1];
      cell.name = letter[2];
      var marker = L.marker(cell.shape.getBounds().getCenter(), {
        icon: L.divIcon({ className: "place", html: text, iconSize: [24, 24] }), keyboard: true,
        title: letter[2], alt: letter[2], zIndexOffset: 1000
      }).addTo(map);
      marker.on("click keypress", function (event) {
        if (event.type === "click" || event.originalEvent.key === "Enter") { open(map, data, cell, marker.getLatLng()); }
      });
      return { marker: marker, at: marker.getLatLng() };
    });
    map.on("zoomend", function () { apart(map, markers); });
    apart(map, markers);
  }

  // Letters whose places lie close on the screen are moved apart, each as little as it takes.
  function apart(map, markers) {
    var gap = 27, spots = markers.map(function (one) { return map.latLngToLayerPoint(one.at); });
    for (var turn = 0; turn < 40; turn++) {
      for (var i = 1; i < spots.length; i++) {
        for (var j = 0; j < i; j++) {
          var step = spots[i].subtract(spots[j]), far = Math.hypot(step.x, step.y);
          if (far >= gap - 0.1) { continue; }
          var push = far > 0.01 ? step.multiplyBy((gap - far) / far / 2) : L.point(0, gap / 2);
          spots[i] = spots[i].add(push);
          spots[j] = spots[j].subtract(push);
        }
      }
    }
    markers.forEach(function (one, i) { one.marker.setLatLng(map.layerPointToLatLng(spots[i])); });
  }

  function inside(point, ring) {
    var hit = false;
    for (var i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      var a = ring[i], b = ring[j];
      if (a.lat > point.lat !== b.lat > point.lat &&
          point.lng < (b.lng - a.lng) * (point.lat - a.lat) / (b.lat - a.lat) + a.lng) { hit = !hit; }
    }
    return hit;
  }

  // The arrow keys move the map under a cross-hair; Enter opens the place below it.
  function keyboard(map, data, cells) {
    var box = map.getContainer(), cross = document.createElement("div");
    cross.className = "cross";
    cross.innerHTML = '<svg viewBox="0 0 23 23"><path d="M11.5 0v23M0 11.5h23" stroke="#fff" stroke-width="4"/>' +
      '<path d="M11.5 0v23M0 11.5h23" stroke="#000" stroke-width="1.5"/></svg>';
    box.appendChild(cross);
    document.addEventListener("keydown", function () { box.classList.add("keys"); }, true);
    document.addEventListener("pointerdown", function () { box.classList.remove("keys"); }, true);
    box.addEventListener("keydown", function (event) {
      if (event.key !== "Enter" || event.target !== box) { return; }
      var centre = map.getCenter();
      cells.some(function (cell) {
        if (!cell.shape.getBounds().contains(centre)) { return false; }
        var found = cell.shape.getLatLngs().some(function (part) { return inside(centre, part[0]); });
        if (found) { open(map, data, cell, centre); }
        return found;
      });
    });
  }

  function controls(map, data) {
    var box = document.getElementById(data.legend), narrow = window.matchMedia("(max-width: 600px)");
    var legend = L.control({ position: "topright" });
    legend.onAdd = function () { return box; };
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    function place() {
      // On a phone the legend stands under the map, not on it.
      legend.remove();
      if (narrow.matches) {
        map.getContainer().insertAdjacentElement("afterend", box);
      } else {
        legend.addTo(map);
      }
      box.hidden = false;
    }
    narrow.addEventListener("change", place);
    place();
    var ruler = L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 130 });
    ruler._updateMetric = function (most) {
      var metres = this._getRoundNum(most), far = metres >= 1000;
      var text = data.lengths[far ? 1 : 0].replace("{length}", far ? metres / 1000 : metres);
      this._updateScale(this._mScale, text, metres / most);
    };
    ruler.addTo(map);
    ["_zoomInButton", "_zoomOutButton"].forEach(function (key, at) {
      var button = map.zoomControl && map.zoomControl[key];
      if (!button) { return; }
      button.title = data.zoom[at];
      button.setAttribute("aria-label", data.zoom[at]);
    });
    var reset = L.control({ position: "topleft" });
    reset.onAdd = function () {
      var bar = L.DomUtil.create("div", "leaflet-bar"), button = L.DomUtil.create("button", "reset", bar);
      button.type = "button";
      button.textContent = data.reset;
      L.DomEvent.disableClickPropagation(bar);
      L.DomEvent.on(button, "click", function () { map.closePopup(); map.fitBounds(data.bounds, data.fit); });
      return bar;
    };
    reset.addTo(map);
  }

  // In a frame of another page the map may start before it has any size, and then would fit nothing.
  window.ilpMap = function (map, name) {
    var box = map.getContainer();
    if (box.clientWidth > 0 && window.innerHeight > 0) { start(map, name); return; }
    var waiting = new ResizeObserver(function () {
      if (box.clientWidth > 0) { waiting.disconnect(); start(map, name); }
    });
    waiting.observe(box);
  };

  function start(map, name) {
    var data = JSON.parse(document.getElementById("data_" + name).textContent);
    data.legend = "legend_" + name;
    data.fit = { paddingTopLeft: [12, 12], paddingBottomRight: [12, 12], animate: false };
    controls(map, data);
    map.invalidateSize({ pan: false });
    // The legend stands on the map: what it covers is no room for the places.
    var legend = map.getContainer().querySelector(".legend");
    if (legend) { data.fit.paddingBottomRight = [legend.offsetWidth + 24, 12]; }
    map.fitBounds(data.bounds, data.fit);
    map.setMaxZoom(Math.max(data.maxZoom, map.getZoom()));
    map.setMinZoom(Math.max(0, map.getZoom() - 1));
    map.setMaxBounds(L.latLngBounds(data.bounds).pad(0.6));
    var canvas = new Canvas({ padding: 0.3, tolerance: 2 });
    var below = data.ground.filter(function (part) { return !part.above; });
    var above = data.ground.filter(function (part) { return part.above; });
    ground(map, { ground: below, origin: data.origin, scale: data.scale }, canvas);
    var cells = places(map, data, canvas);
    ground(map, { ground: above, origin: data.origin, scale: data.scale }, canvas);
    var read = reader(data);
    data.hot.forEach(function (rings) {
      L.polyline(rings.map(read), { renderer: canvas, interactive: false, color: data.hotColour, weight: 2.5 }).addTo(map);
    });
    letters(map, data, cells);
    keyboard(map, data, cells);
    map.on("zoomend resize", function () { untangle(map); });
    untangle(map);
    new ResizeObserver(function () { map.invalidateSize({ pan: false }); }).observe(map.getContainer());
  }
}());
