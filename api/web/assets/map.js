// The map: every paper a point, drawn by WebGL (or on a plain canvas where there is none), with zoom, hover, search and
// keyboard. The still picture that the server sent stays until all is ready, and for good when anything fails.
(() => {
  'use strict';
  const stage = document.getElementById('stage');
  if (!stage) return;
  const colours = ['#4e79d6', '#e0803a', '#3f9f63', '#cf5158', '#8a68c9', '#96745c', '#d86fae', '#6f8795', '#a7a13a', '#2fa6b3', '#b98a2f', '#5d6fb0'];
  const rgb = colours.map((c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16)));
  const still = document.getElementById('still');
  const find = document.getElementById('find');
  const found = document.getElementById('found');
  const reset = document.getElementById('reset');
  const hint = document.getElementById('hint');

  fetch('/v1/map').then((r) => (r.ok ? r.json() : Promise.reject(r.status))).then((j) => start(j.data)).catch(() => {});

  function start(map) {
    const n = map.ids.length;
    if (!n) return;
    // Positions in the unit square around 0, y downwards as on the screen.
    const px = new Float32Array(n), py = new Float32Array(n);
    let reachX = 0.05, reachY = 0.05;
    for (let i = 0; i < n; i++) {
      px[i] = map.x[i] / 10000;
      py[i] = -map.y[i] / 10000;
      reachX = Math.max(reachX, Math.abs(px[i]));
      reachY = Math.max(reachY, Math.abs(py[i]));
    }
    const labelOf = new Map(map.topics.map((t) => [t.id, t.label]));
    const canvas = document.createElement('canvas');
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `Map of ${n} papers. The list of topics follows below it.`);
    const labels = document.createElement('div');
    labels.className = 'labels';
    labels.setAttribute('aria-hidden', 'true');
    const tip = document.createElement('div');
    tip.className = 'tip';
    tip.hidden = true;
    const marks = map.topics.map((t) => {
      const span = document.createElement('span');
      span.textContent = t.label;
      labels.append(span);
      return { span, x: t.x / 10000, y: -t.y / 10000, size: t.size };
    });
    const draw = painter(canvas, map, px, py) || plain(canvas, map, px, py);
    if (!draw) return;
    still.remove();
    stage.append(canvas, labels, tip);
    find.hidden = reset.hidden = hint.hidden = false;

    // The view: the map's point in the middle of the stage, and pixels per unit.
    const view = { x: 0, y: 0, k: 1 };
    let w = 0, h = 0, fit = 1, lit = null, queued = false, widths = [];
    const grid = gridOf(px, py);

    function measure() {
      const r = stage.getBoundingClientRect();
      const first = !w;
      const zoom = view.k / fit;
      w = r.width;
      h = r.height;
      const d = Math.min(2, window.devicePixelRatio || 1);
      canvas.width = Math.round(w * d);
      canvas.height = Math.round(h * d);
      fit = Math.min(w / reachX, h / reachY) * 0.46;
      view.k = first ? fit : fit * zoom;
      widths = marks.map((m) => m.span.offsetWidth);
      redraw();
    }
    

    function redraw() {
      if (queued) return;
      queued = true;
      requestAnimationFrame(() => {
        queued = false;
        const zoom = view.k / fit;
        // Points grow with zoom, slowly, and shrink with number.
        const size = Math.max(1.6, Math.min(14, (n > 5000 ? 2.2 : n > 800 ? 4 : 7) * Math.pow(zoom, 0.45)));
        draw(view, w, h, size, lit);
        place(zoom);
      });
    }

    // Labels are shown largest topic first, as long as they do not cover each other.
    function place(zoom) {
      const taken = [];
      marks.forEach((m, i) => {
        const x = (m.x - view.x) * view.k + w / 2, y = (m.y - view.y) * view.k + h / 2;
        const half = widths[i] / 2;
        const box = [x - half - 2, y - 11, x + half + 2, y + 11];
        const out = box[0] < 2 || box[2] > w - 2 || box[1] < 2 || box[3] > h - 2;
        const hidden = out || taken.some((t) => box[0] < t[2] && t[0] < box[2] && box[1] < t[3] && t[1] < box[3]);
        m.span.hidden = hidden;
        if (!hidden) {
          taken.push(box);
          m.span.style.transform = `translate(${(x - half).toFixed(1)}px,${(y - 11).toFixed(1)}px)`;
          m.span.style.opacity = zoom > 12 ? 0.55 : 1;
        }
      });
    }

    function nearest(cx, cy) {
      const x = (cx - w / 2) / view.k + view.x, y = (cy - h / 2) / view.k + view.y;
      return grid.nearest(x, y, 10 / view.k);
    }

    function zoomAt(cx, cy, factor) {
      const k = Math.max(fit * 0.8, Math.min(fit * 400, view.k * factor));
      const x = (cx - w / 2) / view.k + view.x, y = (cy - h / 2) / view.k + view.y;
      view.x = x - (cx - w / 2) / k;
      view.y = y - (cy - h / 2) / k;
      view.k = k;
      clamp();
      redraw();
    }

    function clamp() {
      view.x = Math.max(-1.1, Math.min(1.1, view.x));
      view.y = Math.max(-1.1, Math.min(1.1, view.y));
    }

    function pan(dx, dy) {
      view.x -= dx / view.k;
      view.y -= dy / view.k;
      clamp();
      redraw();
    }

    const at = (e) => {
      const r = canvas.getBoundingClientRect();
      return [e.clientX - r.left, e.clientY - r.top];
    };
    const down = new Map();
    let moved = 0, spread = 0;
    canvas.addEventListener('pointerdown', (e) => {
      canvas.setPointerCapture(e.pointerId);
      down.set(e.pointerId, at(e));
      if (down.size === 1) moved = 0;
      spread = 0;
      tip.hidden = true;
    });
    canvas.addEventListener('pointermove', (e) => {
      const [x, y] = at(e);
      const old = down.get(e.pointerId);
      if (!old) return hover(x, y);
      moved += Math.abs(x - old[0]) + Math.abs(y - old[1]);
      down.set(e.pointerId, [x, y]);
      if (down.size === 1) return pan(x - old[0], y - old[1]);
      const [a, b] = [...down.values()];
      const gap = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (spread) zoomAt((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, gap / spread);
      spread = gap;
    });
    const up = (e) => {
      const was = down.delete(e.pointerId);
      spread = 0;
      if (!was || e.type !== 'pointerup' || moved > 6 || down.size) return;
      const i = nearest(...at(e));
      if (i < 0) return;
      // A finger has no hover: its first tap shows the title, the second opens the paper.
      if (e.pointerType === 'touch' && shown !== i) return hover(...at(e));
      location.href = '/papers/' + encodeURIComponent(map.ids[i]);
    };
    canvas.addEventListener('pointerup', up);
    canvas.addEventListener('pointercancel', up);
    canvas.addEventListener('pointerleave', () => { tip.hidden = true; shown = -1; });
    canvas.addEventListener('wheel', (e) => {
      e.preventDefault();
      zoomAt(...at(e), Math.pow(1.0016, -e.deltaY * (e.deltaMode ? 20 : 1)));
    }, { passive: false });
    canvas.addEventListener('dblclick', (e) => zoomAt(...at(e), 2));
    canvas.addEventListener('keydown', (e) => {
      const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[e.key];
      if (step) pan(...step);
      else if (e.key === '+' || e.key === '=') zoomAt(w / 2, h / 2, 1.4);
      else if (e.key === '-') zoomAt(w / 2, h / 2, 1 / 1.4);
      else if (e.key === '0') home();
      else return;
      e.preventDefault();
    });

    let shown = -1;
    function hover(x, y) {
      const i = nearest(x, y);
      canvas.classList.toggle('point', i >= 0);
      if (i === shown) return;
      shown = i;
      tip.hidden = i < 0;
      if (i < 0) return;
      tip.textContent = map.titles[i];
      const label = labelOf.get(map.topic[i]);
      if (label) {
        const small = document.createElement('small');
        small.textContent = label;
        tip.append(small);
      }
      const left = Math.max(4, Math.min(w - tip.offsetWidth - 4, x + 14));
      const top = y + tip.offsetHeight + 18 < h ? y + 14 : y - tip.offsetHeight - 10;
      tip.style.transform = `translate(${left}px,${Math.max(4, top)}px)`;
    }

    function home() {
      view.x = view.y = 0;
      view.k = fit;
      redraw();
    }
    reset.addEventListener('click', home);

    let lower = null;
    find.addEventListener('input', () => {
      const words = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      if (!words.length) {
        lit = null;
        found.textContent = '';
        return redraw();
      }
      lower = lower || map.titles.map((t) => t.toLowerCase());
      lit = new Uint8Array(n);
      let count = 0;
      for (let i = 0; i < n; i++) {
        if (words.every((word) => lower[i].includes(word))) {
          lit[i] = 1;
          count++;
        }
      }
      found.textContent = count === 1 ? '1 paper' : count + ' papers';
      redraw();
    });
    find.addEventListener('keydown', (e) => {
      if (e.key !== 'Enter' || !lit) return;
      e.preventDefault();
      // Go to the first that is found.
      const i = lit.indexOf(1);
      if (i < 0) return;
      view.x = px[i];
      view.y = py[i];
      view.k = fit * 6;
      redraw();
    });
    new ResizeObserver(measure).observe(stage);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
    stage.dataset.ready = canvas.dataset.kind;
  }

  // gridOf sorts points into square cells, so that the nearest one is found without looking at all.
  function gridOf(px, py) {
    const n = px.length, side = Math.max(1, Math.min(256, Math.round(Math.sqrt(n / 4))));
    const cell = (v) => Math.max(0, Math.min(side - 1, Math.floor((v + 1) / 2 * side)));
    const first = new Int32Array(side * side + 1), order = new Int32Array(n);
    for (let i = 0; i < n; i++) first[cell(py[i]) * side + cell(px[i]) + 1]++;
    for (let c = 0; c < side * side; c++) first[c + 1] += first[c];
    const next = first.slice();
    for (let i = 0; i < n; i++) order[next[cell(py[i]) * side + cell(px[i])]++] = i;
    return {
      nearest(x, y, within) {
        let best = -1, least = within * within;
        for (let r = cell(y - within); r <= cell(y + within); r++) {
          for (let c = cell(x - within); c <= cell(x + within); c++) {
            for (let k = first[r * side + c]; k < first[r * side + c + 1]; k++) {
              const i = order[k], d = (px[i] - x) ** 2 + (py[i] - y) ** 2;
              if (d < least) {
                least = d;
                best = i;
              }
            }
          }
        }
        return best;
      },
    };
  }

  // painter returns a function that draws with WebGL, null where there is none.
  function painter(canvas, map, px, py) {
    const gl = canvas.getContext('webgl', { alpha: true, antialias: false, premultipliedAlpha: true });
    if (!gl) return null;
    const shader = (type, source) => {
      const s = gl.createShader(type);
      gl.shaderSource(s, source);
      gl.compileShader(s);
      return s;
    };
    const program = gl.createProgram();
    gl.attachShader(program, shader(gl.VERTEX_SHADER, `
      attribute vec2 at; attribute vec3 colour; attribute float lit;
      uniform vec2 middle, scale; uniform float size, dim;
      varying vec4 fill;
      void main() {
        gl_Position = vec4((at.x - middle.x) * scale.x, (middle.y - at.y) * scale.y, 0.0, 1.0);
        float on = max(lit, 1.0 - dim);
        gl_PointSize = size * mix(1.0, 1.6, lit * dim);
        fill = vec4(colour, mix(0.1, 0.78, on));
      }`));
    gl.attachShader(program, shader(gl.FRAGMENT_SHADER, `
      precision mediump float; varying vec4 fill;
      void main() {
        float r = length(gl_PointCoord - 0.5);
        float a = fill.a * (1.0 - smoothstep(0.36, 0.5, r));
        if (a < 0.01) discard;
        gl_FragColor = vec4(fill.rgb * a, a);
      }`));
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null;
    gl.useProgram(program);
    const n = px.length;
    const buffer = (name, data, parts, type, normal, usage) => {
      const b = gl.createBuffer();
      gl.bindBuffer(gl.ARRAY_BUFFER, b);
      gl.bufferData(gl.ARRAY_BUFFER, data, usage || gl.STATIC_DRAW);
      const at = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, parts, type, normal, 0, 0);
      return b;
    };
    const at = new Float32Array(2 * n), colour = new Uint8Array(3 * n);
    for (let i = 0; i < n; i++) {
      at[2 * i] = px[i];
      at[2 * i + 1] = py[i];
      colour.set(rgb[map.topic[i] % rgb.length], 3 * i);
    }
    buffer('at', at, 2, gl.FLOAT, false);
    buffer('colour', colour, 3, gl.UNSIGNED_BYTE, true);
    const none = new Uint8Array(n);
    const litBuffer = buffer('lit', none, 1, gl.UNSIGNED_BYTE, false, gl.DYNAMIC_DRAW);
    const uniform = (name) => gl.getUniformLocation(program, name);
    const u = { middle: uniform('middle'), scale: uniform('scale'), size: uniform('size'), dim: uniform('dim') };
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    let last = null;
    canvas.dataset.kind = 'webgl';
    return (view, w, h, size, lit) => {
      if (lit !== last) {
        gl.bindBuffer(gl.ARRAY_BUFFER, litBuffer);
        gl.bufferSubData(gl.ARRAY_BUFFER, 0, lit || none);
        last = lit;
      }
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform2f(u.middle, view.x, view.y);
      gl.uniform2f(u.scale, 2 * view.k / w, 2 * view.k / h);
      gl.uniform1f(u.size, size * canvas.width / w);
      gl.uniform1f(u.dim, lit ? 1 : 0);
      gl.drawArrays(gl.POINTS, 0, n);
    };
  }

  // plain draws squares on a canvas: fast enough without a graphics card.
  function plain(canvas, map, px, py) {
    const ctx = canvas.getContext('2d');
    if (!ctx) return null;
    const byColour = colours.map(() => []);
    for (let i = 0; i < px.length; i++) byColour[map.topic[i] % colours.length].push(i);
    canvas.dataset.kind = 'canvas';
    return (view, w, h, size, lit) => {
      const d = canvas.width / w;
      ctx.setTransform(d, 0, 0, d, 0, 0);
      ctx.clearRect(0, 0, w, h);
      const side = size * 0.85;
      for (const pass of lit ? [0, 1] : [1]) {
        ctx.globalAlpha = pass ? 0.78 : 0.1;
        byColour.forEach((points, c) => {
          ctx.fillStyle = colours[c];
          for (const i of points) {
            if (lit && lit[i] !== pass) continue;
            const x = (px[i] - view.x) * view.k + w / 2, y = (py[i] - view.y) * view.k + h / 2;
            if (x > -side && y > -side && x < w + side && y < h + side) ctx.fillRect(x - side / 2, y - side / 2, side, side);
          }
        });
      }
      ctx.globalAlpha = 1;
    };
  }
})();
