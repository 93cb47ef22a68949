// The map: every paper a point, with zoom, hover, search and keyboard. Points are put into a bitmap by hand: 50,000 of them
// take a few milliseconds on any processor, and no graphics card is asked for. The still picture that the server sent stays
// until the points are here, and for good when anything fails.
(() => {
  'use strict';
  const stage = document.getElementById('stage');
  if (!stage) return;
  const colours = ['#4e79d6', '#e0803a', '#3f9f63', '#cf5158', '#8a68c9', '#96745c', '#d86fae', '#6f8795', '#a7a13a', '#2fa6b3', '#b98a2f', '#5d6fb0'];
  const other = '#9a9a9a'; // of papers in no topic
  const still = document.getElementById('still');
  const find = document.getElementById('find');
  const found = document.getElementById('found');
  const reset = document.getElementById('reset');
  const hint = document.getElementById('hint');

  // Places come first, a tenth of the bytes; the names follow while the reader looks.
  const load = (fields) => fetch('/v1/map?fields=' + fields).then((r) => (r.ok ? r.json() : Promise.reject(r.status)));
  const names = load('ids,titles');
  load('x,y,topic,topics').then((j) => {
    const named = start(j.data);
    return named && names.then((k) => k.data.ids.length === j.data.x.length && named(k.data));
  }).catch(() => {});

  // start shows the points, and returns a function that takes their names.
  function start(map) {
    const n = map.x.length;
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
    const tip = document.createElement('a');
    tip.className = 'tip';
    tip.tabIndex = -1; // it follows the pointer
    tip.hidden = true;
    const marks = map.topics.map((t) => ({ text: /^\S*\d/.test(t.label) ? t.label : t.label[0].toUpperCase() + t.label.slice(1), x: t.x / 10000, y: -t.y / 10000 }));
    const ctx = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    if (!ctx) return;
    const paint = painter(canvas, ctx, px, py, map.topic);
    still.remove();
    stage.append(canvas, tip);
    reset.hidden = hint.hidden = false;

    // The view: the map's point in the middle of the stage, and pixels per unit.
    const view = { x: 0, y: 0, k: 1 };
    let names = null, w = 0, h = 0, dpr = 1, fit = 1, lit = null, count = 0, queued = false;
    let costs = [0], moving = false, rest = 0; // costs: what drawing all points takes, in milliseconds, in the last frames
    const grid = gridOf(px, py);

    function measure() {
      const first = !w;
      const zoom = view.k / fit;
      // Without the border: a picture of any other size than the canvas is scaled, which blurs it and takes longer.
      w = stage.clientWidth;
      h = stage.clientHeight;
      dpr = Math.min(2, window.devicePixelRatio || 1);
      canvas.width = Math.round(w * dpr);
      canvas.height = Math.round(h * dpr);
      fit = Math.min(w / reachX, h / reachY) * 0.46;
      view.k = first ? fit : fit * zoom;
      dress();
    }

    // dress takes the page's colours and draws the labels, each once: setting text anew in every frame costs more than the points.
    function dress() {
      const style = getComputedStyle(stage);
      paint.ground(style.backgroundColor);
      for (const m of marks) {
        const c = m.image = document.createElement('canvas'), g = c.getContext('2d');
        const font = `600 ${13 * dpr}px ${style.fontFamily}`;
        g.font = font;
        const pad = 8 * dpr;
        c.width = Math.ceil(g.measureText(m.text).width + 2 * pad);
        c.height = 30 * dpr;
        g.font = font;
        g.textBaseline = 'middle';
        g.lineJoin = 'round';
        // A halo with a soft edge keeps the words apart from a crowd of points.
        g.lineWidth = 5 * dpr;
        g.strokeStyle = g.shadowColor = style.backgroundColor;
        g.shadowBlur = pad;
        g.strokeText(m.text, pad, c.height / 2);
        g.shadowColor = 'transparent';
        g.fillStyle = style.color;
        g.fillText(m.text, pad, c.height / 2);
      }
      draw(); // now: a canvas of a new size is black until something is put on it
    }

    function redraw() {
      if (queued) return;
      queued = true;
      requestAnimationFrame(draw);
    }

    function draw() {
      queued = false;
      const zoom = view.k / fit;
      // Points grow with zoom, slowly, and shrink with number.
      const size = Math.max(1.6, Math.min(14, (n > 5000 ? 2.2 : n > 800 ? 4 : 7) * Math.pow(zoom, 0.45)));
      // Where all points take too long for a frame, some of them stand for all while the view moves. The median of a few
      // frames tells: points would flicker whenever another program holds up one of them.
      const step = moving ? Math.max(1, Math.ceil(costs.slice().sort((a, b) => a - b)[costs.length >> 1] / 10)) : 1;
      costs = [...costs.slice(-6), step * paint(view, size * dpr, dpr, step, lit, Math.max(size, 9 - Math.log2(count + 1)) * dpr)];
      place(zoom);
    }

    function moved() {
      moving = true;
      clearTimeout(rest);
      rest = setTimeout(() => { moving = false; redraw(); }, 150);
      view.x = Math.max(-1.1, Math.min(1.1, view.x));
      view.y = Math.max(-1.1, Math.min(1.1, view.y));
      redraw();
    }

    // Labels are shown largest topic first, as long as they do not cover each other. One in the way of another moves up or down
    // by a line, where the stage is wide enough not to fill with them; one at the edge moves in.
    function place(zoom) {
      const taken = [], shifts = w < 600 ? [0] : [0, -20, 20];
      ctx.globalAlpha = lit ? 0.3 : zoom > 12 ? 0.55 : 1;
      for (const m of marks) {
        const anchor = (m.x - view.x) * view.k + w / 2, middle = (m.y - view.y) * view.k + h / 2, half = m.image.width / dpr / 2;
        if (anchor < 2 || anchor > w - 2 || 2 * half > w) continue;
        const x = Math.max(half, Math.min(w - half, anchor)), left = x - half + 5, right = x + half - 5;
        const shift = shifts.find((d) => {
          const y = middle + d;
          return y >= 14 && y <= h - 14 && !taken.some((t) => left < t.right && t.left < right && Math.abs(y - t.y) < 24);
        });
        if (shift === undefined) continue;
        const y = middle + shift;
        taken.push({ left, right, y });
        ctx.drawImage(m.image, Math.round((x - half) * dpr), Math.round((y - 15) * dpr));
      }
      ctx.globalAlpha = 1;
    }

    // nearest returns the point within some pixels of a place, -1 where there is none.
    function nearest(cx, cy, within) {
      if (!names) return -1;
      const x = (cx - w / 2) / view.k + view.x, y = (cy - h / 2) / view.k + view.y;
      return grid.nearest(x, y, within / view.k);
    }

    function zoomAt(cx, cy, factor) {
      const k = Math.max(fit * 0.8, Math.min(fit * 400, view.k * factor));
      const x = (cx - w / 2) / view.k + view.x, y = (cy - h / 2) / view.k + view.y;
      view.x = x - (cx - w / 2) / k;
      view.y = y - (cy - h / 2) / k;
      view.k = k;
      moved();
    }

    function pan(dx, dy) {
      view.x -= dx / view.k;
      view.y -= dy / view.k;
      moved();
    }

    const at = (e) => {
      const r = canvas.getBoundingClientRect();
      return [e.clientX - r.left, e.clientY - r.top];
    };
    const down = new Map();
    let way = 0, spread = 0;
    canvas.addEventListener('pointerdown', (e) => {
      canvas.setPointerCapture(e.pointerId);
      down.set(e.pointerId, at(e));
      if (down.size === 1) way = 0;
      spread = 0;
      if (e.pointerType !== 'touch') hide();
    });
    canvas.addEventListener('pointermove', (e) => {
      const [x, y] = at(e);
      const old = down.get(e.pointerId);
      if (!old) return hover(x, y, 10);
      way += Math.abs(x - old[0]) + Math.abs(y - old[1]);
      down.set(e.pointerId, [x, y]);
      if (way > 6 || down.size > 1) hide();
      if (down.size === 1) return pan(x - old[0], y - old[1]);
      const [a, b] = [...down.values()];
      const gap = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (spread) zoomAt((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, gap / spread);
      spread = gap;
    });
    const up = (e) => {
      const was = down.delete(e.pointerId);
      spread = 0;
      if (!was || e.type !== 'pointerup' || way > 6 || down.size) return;
      // A finger has no hover, and covers what it taps: its first tap shows the title, the second opens the paper.
      const touch = e.pointerType === 'touch', i = nearest(...at(e), touch ? 20 : 10);
      if (touch && shown !== i) return hover(...at(e), 20);
      if (i >= 0) location.href = address(i);
    };
    const address = (i) => '/papers/' + encodeURIComponent(names.ids[i]);
    canvas.addEventListener('pointerup', up);
    canvas.addEventListener('pointercancel', up);
    // A finger leaves whenever it is lifted; what it has shown stays.
    canvas.addEventListener('pointerleave', (e) => { if (e.pointerType !== 'touch') hide(); });
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
    function hide() {
      tip.hidden = true;
      shown = -1;
    }

    function hover(x, y, within, i = nearest(x, y, within)) {
      canvas.classList.toggle('point', i >= 0);
      if (i === shown) return;
      shown = i;
      tip.hidden = i < 0;
      if (i < 0) return;
      tip.textContent = names.titles[i];
      tip.href = address(i);
      const label = map.topic[i] ? labelOf.get(map.topic[i]) : 'in no topic';
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
      lower = lower || names.titles.map((t) => t.toLowerCase());
      lit = new Uint8Array(n);
      count = 0;
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
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', dress);
    return (n) => {
      names = n;
      find.hidden = false;
      // A page that leads here for one paper has it in the middle, with its title.
      const i = n.ids.indexOf(new URLSearchParams(location.search).get('paper'));
      if (i >= 0) {
        view.x = px[i];
        view.y = py[i];
        view.k = fit * 6;
        draw();
        hover(w / 2, h / 2, 10, i);
      }
      stage.dataset.ready = 'all';
    };
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

  // painter returns a function that puts the points on a canvas. Each is a small disc with soft edges, taken from a set of
  // stamps for every quarter of a pixel, and blended over what is there: crowded places grow darker. It returns the milliseconds
  // that the points took.
  function painter(canvas, ctx, px, py, topic) {
    const parts = (c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16));
    // Pixels are 32-bit words, red lowest. Red and blue are blended at once, and green apart.
    const all = [...colours, other];
    const redBlue = all.map((c) => { const [r, , b] = parts(c); return r | b << 16; });
    const green = all.map((c) => parts(c)[1] << 8);
    const of = Uint8Array.from(topic, (t) => t ? t % colours.length : colours.length);
    const quarters = 4;
    let image = null, pixels = null, pad = 0, ground = -1, stamps = [], stampKey = '';

    // stamp lists the offsets and the opacities, in 128ths, of a disc's pixels.
    function stamp(size, dx, dy, alpha, width) {
      const offsets = [], opacities = [], reach = Math.ceil(size / 2 + 1), r = size / 2;
      for (let y = -reach; y <= reach; y++) {
        for (let x = -reach; x <= reach; x++) {
          const a = Math.round(128 * alpha * Math.max(0, Math.min(1, r + 0.5 - Math.hypot(x + 0.5 - dx, y + 0.5 - dy))));
          if (a) {
            offsets.push(y * width + x);
            opacities.push(a);
          }
        }
      }
      return [Int32Array.from(offsets), Uint8Array.from(opacities)];
    }

    // prepare makes the bitmap and the stamps: of points that are not found, faint, and of the others.
    function prepare(size, litSize) {
      const reach = Math.ceil(Math.max(size, litSize) / 2 + 1) + 1;
      if (!image || image.width !== canvas.width + 2 * pad || image.height !== canvas.height + 2 * pad || pad < reach) {
        pad = Math.max(32, reach); // points at the edge need no clipping
        image = new ImageData(canvas.width + 2 * pad, canvas.height + 2 * pad);
        pixels = new Uint32Array(image.data.buffer);
      }
      const key = size + ' ' + litSize + ' ' + image.width;
      if (key === stampKey) return;
      stampKey = key;
      stamps = [[size, 0.1], [litSize, 0.78]].map(([size, alpha]) => {
        const set = [];
        for (let q = 0; q < quarters * quarters; q++) set.push(stamp(size, (q % quarters + 0.5) / quarters, (Math.floor(q / quarters) + 0.5) / quarters, alpha, image.width));
        return set;
      });
    }

    function paint(view, size, dpr, step, lit, litSize) {
      const eighths = (v) => Math.round(v * 8) / 8;
      prepare(eighths(size), eighths(lit ? litSize : size));
      pixels.fill(ground);
      const k = view.k * dpr, left = pad + canvas.width / 2 - view.x * k, top = pad + canvas.height / 2 - view.y * k;
      const edge = Math.ceil((lit ? litSize : size) / 2 + 2), right = image.width - edge, bottom = image.height - edge, width = image.width;
      const begun = performance.now();
      for (let pass = lit ? 0 : 1; pass < 2; pass++) {
        const set = stamps[pass];
        for (let i = 0; i < px.length; i += lit && pass ? 1 : step) {
          if (lit && lit[i] !== pass) continue;
          const x = px[i] * k + left, y = py[i] * k + top;
          if (x < edge || y < edge || x >= right || y >= bottom) continue;
          const cx = x | 0, cy = y | 0;
          const [offsets, opacities] = set[((y - cy) * quarters | 0) * quarters + ((x - cx) * quarters | 0)];
          const at = cy * width + cx, rb = redBlue[of[i]], g = green[of[i]];
          for (let p = 0; p < offsets.length; p++) {
            const j = at + offsets[p], a = opacities[p], d = pixels[j], drb = d & 0xff00ff, dg = d & 0x00ff00;
            pixels[j] = 0xff000000 | ((drb + ((rb - drb) * a >> 7)) & 0xff00ff) | ((dg + ((g - dg) * a >> 7)) & 0x00ff00);
          }
        }
      }
      const took = performance.now() - begun;
      ctx.putImageData(image, -pad, -pad);
      return took;
    }
    paint.ground = (colour) => {
      const [r, g, b] = colour.match(/[\d.]+/g).map(Number);
      ground = (0xff000000 | b << 16 | g << 8 | r) >>> 0;
    };
    return paint;
  }
})();
