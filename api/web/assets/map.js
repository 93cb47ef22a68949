// The map: every paper a point, with zoom, hover, search and keyboard. Points are put into a bitmap by hand: 50,000 of them
// take a few milliseconds on any processor, and no graphics card is asked for. The still picture that the server sent stays
// until the points are here, and for good when anything fails.
(() => {
  'use strict';
  const stage = document.getElementById('stage');
  if (!stage) return;
  const $ = (id) => document.getElementById(id);
  const still = $('still'), find = $('find'), found = $('found'), hits = $('hits'), when = $('when'), until = $('until'), said = $('said'), frame = $('map');
  const asked = new URLSearchParams(location.search);

  // Places come first, a tenth of the bytes; the names follow while the reader looks.
  const load = (fields) => fetch('/v1/map?fields=' + fields).then((r) => (r.ok ? r.json() : Promise.reject(r.status)));
  const names = load('ids,titles');
  load('x,y,topic,month,topics').then((j) => {
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
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-label', `Map of ${n} papers`);
    canvas.setAttribute('aria-describedby', 'hint');
    const tip = document.createElement('a');
    tip.className = 'tip';
    tip.tabIndex = -1; // it follows the pointer
    tip.hidden = true;
    // Names of fields are shown from afar, of topics nearer, of subtopics nearer still; the titles of papers come last.
    const kinds = { 1: { from: 0, to: 1.7, size: 16 }, 0: { from: 0, to: 14, size: 13 }, '-1': { from: 2.2, to: 40, size: 12 } };
    const capital = (s) => (/^\S*\d/.test(s) ? s : s[0].toUpperCase() + s.slice(1));
    const marks = map.topics.map((t) => ({ text: capital(t.label), x: t.x / 10000, y: -t.y / 10000, level: t.level, ...kinds[t.level] })).sort((a, b) => b.level - a.level);
    const titled = new Map(); // marks of the titles that are shown, by paper
    const ctx = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    if (!ctx) return;
    const circles = new Map([...document.querySelectorAll('#legend [data-topic]')].map((li) => [+li.dataset.topic, li.querySelector('circle')]));
    const paint = painter(canvas, ctx, px, py, map.topic, circles);
    still.remove();
    stage.prepend(canvas);
    stage.append(tip);
    $('zoom').hidden = $('hint').hidden = false;

    // The view: the map's point in the middle of the stage, and pixels per unit.
    const view = { x: 0, y: 0, k: 1 };
    let names = null, w = 0, h = 0, dpr = 1, fit = 1, lit = null, count = 0, latest = Infinity, queued = false, style = null;
    const gone = (i) => map.month[i] > latest;
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

    // dress takes the page's colours. Each label is drawn once: setting text anew in every frame costs more than the points.
    function dress() {
      style = getComputedStyle(stage);
      paint.dress(style.backgroundColor);
      for (const m of marks) m.image = null;
      titled.clear();
      draw(); // now: a canvas of a new size is black until something is put on it
    }

    function imageOf(m) {
      if (m.image) return m.image;
      const c = m.image = document.createElement('canvas'), g = c.getContext('2d');
      const font = `${m.level === undefined ? 400 : 600} ${m.size * dpr}px ${style.fontFamily}`;
      g.font = font;
      const pad = 8 * dpr;
      c.width = Math.ceil(g.measureText(m.text).width + 2 * pad);
      c.height = 30 * dpr;
      g.font = font;
      g.textBaseline = 'middle';
      g.lineJoin = 'round';
      // A halo with a soft edge keeps the words apart from a crowd of points.
      g.lineWidth = (m.level === undefined ? 3 : 5) * dpr;
      g.strokeStyle = g.shadowColor = style.backgroundColor;
      g.shadowBlur = pad;
      g.strokeText(m.text, pad, c.height / 2);
      g.shadowColor = 'transparent';
      g.fillStyle = style.color;
      g.fillText(m.text, pad, c.height / 2);
      return c;
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
      costs = [...costs.slice(-6), step * paint(view, size * dpr, dpr, step, lit, Math.max(size, 9 - Math.log2(count + 1)) * dpr, latest === Infinity ? null : gone)];
      place(zoom, size);
      if (shown >= 0) mark();
    }

    function moved() {
      moving = true;
      clearTimeout(rest);
      rest = setTimeout(() => { moving = false; redraw(); }, 150);
      view.x = Math.max(-1.1, Math.min(1.1, view.x));
      view.y = Math.max(-1.1, Math.min(1.1, view.y));
      redraw();
      remember();
    }

    // Labels are shown by level and size, as long as they do not cover each other. One in the way of another moves up or down by
    // a line, where the stage is wide enough not to fill with them, and tries first where it was; one at the edge moves in.
    function place(zoom, size) {
      const shifts = w < 600 ? [0] : [0, -20, 20];
      const taken = [$('zoom'), hits].filter((e) => !e.hidden).map((e) => ({ left: e.offsetLeft, right: e.offsetLeft + e.offsetWidth, y: e.offsetTop + e.offsetHeight / 2, high: e.offsetHeight / 2 + 10 }));
      const put = (m, shifts, aside) => {
        const anchor = (m.x - view.x) * view.k + w / 2, middle = (m.y - view.y) * view.k + h / 2;
        if (anchor < 2 || anchor > w - 2 || middle < -10 || middle > h + 10) return false;
        const half = imageOf(m).width / dpr / 2;
        if (2 * half > w) return false;
        const x = aside ? anchor + half + aside : Math.max(half, Math.min(w - half, anchor)), left = x - half + 5, right = x + half - 5;
        if (aside && right > w) return false;
        const fits = (d) => middle + d >= 14 && middle + d <= h - 14 && !taken.some((t) => left < t.right && t.left < right && Math.abs(middle + d - t.y) < t.high);
        const shift = m.shift !== undefined && fits(m.shift) ? m.shift : shifts.find(fits);
        m.shift = shift;
        if (shift === undefined) return false;
        taken.push({ left, right, y: middle + shift, high: aside ? 17 : m.size + 11 });
        ctx.drawImage(m.image, Math.round((x - half) * dpr), Math.round((middle + shift - 15) * dpr));
        return true;
      };
      const near = titles();
      const entitle = () => near.forEach((i) => put(titleOf(i), [0], size / 2 - 6) || titled.delete(i));
      if (near.length <= 60) entitle();
      ctx.globalAlpha = lit ? 0.35 : 1;
      for (const m of marks) if (zoom >= m.from && zoom < m.to) put(m, shifts);
      ctx.globalAlpha = 1;
      if (near.length > 60) entitle();
    }

    // titles lists the papers in view, where they are few enough to be named. Those named before come first, so that names do not
    // flicker while the map moves.
    function titles() {
      if (!names) return [];
      const most = Math.max(60, w * h / 2500);
      const all = grid.within(view.x - w / 2 / view.k, view.y - h / 2 / view.k, view.x + w / 2 / view.k, view.y + h / 2 / view.k, most).filter((i) => !gone(i) && (!lit || lit[i]));
      return all.sort((a, b) => titled.has(b) - titled.has(a) || a - b);
    }

    function titleOf(i) {
      if (!titled.has(i)) {
        const text = names.titles[i], room = w < 600 ? 34 : 60;
        titled.set(i, { text: text.length > room ? text.slice(0, room - 1).replace(/\s+\S*$/, '') + '…' : text, x: px[i], y: py[i], size: 12 });
      }
      return titled.get(i);
    }

    // nearest returns the point within some pixels of a place, -1 where there is none.
    function nearest(cx, cy, within) {
      if (!names) return -1;
      const x = (cx - w / 2) / view.k + view.x, y = (cy - h / 2) / view.k + view.y;
      return grid.nearest(x, y, within / view.k, gone);
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
      if (i >= 0) open(i, e);
    };
    // A click with a key held opens what a link would open.
    const open = (i, e) => {
      if (e.ctrlKey || e.metaKey || e.shiftKey) return window.open(address(i), '_blank', 'noopener');
      location.href = address(i);
    };
    const address = (i) => '/papers/' + encodeURIComponent(names.ids[i]);
    canvas.addEventListener('pointerup', up);
    canvas.addEventListener('pointercancel', up);
    // A finger leaves whenever it is lifted; what it has shown stays.
    canvas.addEventListener('pointerleave', (e) => { if (e.pointerType !== 'touch') hide(); });
    // A wheel alone scrolls the page past the map, save where the map is the page. A pinch on a pad is a wheel with Ctrl held.
    let asking = 0;
    canvas.addEventListener('wheel', (e) => {
      if (!e.ctrlKey && !e.metaKey && !document.fullscreenElement) {
        $('ask').hidden = false;
        clearTimeout(asking);
        asking = setTimeout(() => { $('ask').hidden = true; }, 1200);
        return;
      }
      e.preventDefault();
      zoomAt(...at(e), Math.pow(1.0016, -e.deltaY * (e.deltaMode ? 20 : 1)));
    }, { passive: false });
    canvas.addEventListener('dblclick', (e) => zoomAt(...at(e), 2));
    canvas.addEventListener('keydown', (e) => {
      if (e.altKey || e.ctrlKey || e.metaKey) return;
      const step = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
      if (step && picked >= 0) pick(toward(-step[0], -step[1]));
      else if (step) pan(60 * step[0], 60 * step[1]);
      else if (e.key === '+' || e.key === '=') zoomAt(w / 2, h / 2, 1.4);
      else if (e.key === '-') zoomAt(w / 2, h / 2, 1 / 1.4);
      else if (e.key === '0') home();
      else if (e.key === 'Enter' && picked >= 0) open(picked, e);
      else if (e.key === 'Enter') pick(nearest(w / 2, h / 2, Math.max(w, h)));
      else if (e.key === 'Escape' && picked >= 0) hide();
      else return;
      e.preventDefault();
    });
    canvas.addEventListener('blur', () => { picked = -1; });

    // pick shows a paper that keys go on from.
    let picked = -1;
    function pick(i) {
      if (i < 0) return;
      const x = (px[i] - view.x) * view.k + w / 2, y = (py[i] - view.y) * view.k + h / 2;
      if (x < 40 || y < 40 || x > w - 40 || y > h - 40) {
        view.x = px[i];
        view.y = py[i];
        moved();
      }
      hide();
      hover(0, 0, 0, i);
      picked = i;
      said.textContent = names.titles[i];
    }

    // toward returns the paper nearest to the picked one in a direction: within 45 degrees of it.
    function toward(dx, dy) {
      let best = picked, least = Infinity;
      for (let i = 0; i < n; i++) {
        const x = px[i] - px[picked], y = py[i] - py[picked], along = x * dx + y * dy, across = Math.abs(x * dy) + Math.abs(y * dx);
        if (i === picked || along <= 0 || across > along || gone(i)) continue;
        const d = along + across;
        if (d < least) {
          least = d;
          best = i;
        }
      }
      return best;
    }

    let shown = -1;
    function hide() {
      if (shown >= 0) redraw();
      tip.hidden = true;
      shown = picked = -1;
    }

    // mark rings the paper that is shown, and keeps its title beside it.
    function mark() {
      const x = (px[shown] - view.x) * view.k + w / 2, y = (py[shown] - view.y) * view.k + h / 2;
      ctx.beginPath();
      ctx.arc(x * dpr, y * dpr, 9 * dpr, 0, 2 * Math.PI);
      ctx.lineWidth = 2 * dpr;
      ctx.strokeStyle = style.color;
      ctx.stroke();
      const left = Math.max(4, Math.min(w - tip.offsetWidth - 4, x + 14));
      const top = y + tip.offsetHeight + 18 < h ? y + 14 : y - tip.offsetHeight - 10;
      tip.style.transform = `translate(${left}px,${Math.max(4, top)}px)`;
    }

    function hover(x, y, within, i = nearest(x, y, within)) {
      canvas.classList.toggle('point', i >= 0);
      if (i === shown) return;
      shown = i;
      picked = -1;
      tip.hidden = i < 0;
      redraw();
      if (i < 0) return;
      tip.textContent = names.titles[i];
      tip.href = address(i);
      const label = map.topic[i] ? labelOf.get(map.topic[i]) : 'in no topic';
      if (label) {
        const small = document.createElement('small');
        small.textContent = label + (map.month[i] ? ' · ' + Math.floor(map.month[i] / 12) : '');
        tip.append(small);
      }
    }

    function home() {
      view.x = view.y = 0;
      view.k = fit;
      moved();
    }
    $('reset').addEventListener('click', home);
    $('in').addEventListener('click', () => zoomAt(w / 2, h / 2, 1.6));
    $('out').addEventListener('click', () => zoomAt(w / 2, h / 2, 1 / 1.6));
    $('full').hidden = !frame.requestFullscreen;
    $('full').addEventListener('click', () => (document.fullscreenElement ? document.exitFullscreen() : frame.requestFullscreen()).catch(() => {}));

    // The view, the search and the date are in the address, to send and to come back to.
    let writing = 0;
    function remember() {
      clearTimeout(writing);
      writing = setTimeout(() => {
        const to = new URL(location.href), set = (name, value) => (value ? to.searchParams.set(name, value) : to.searchParams.delete(name));
        const still = view.k === fit && !view.x && !view.y;
        set('at', still ? '' : [view.x.toFixed(4), view.y.toFixed(4), (view.k / fit).toFixed(2)].join());
        set('find', find.value.trim());
        set('until', latest === Infinity ? '' : until.value);
        if (to.href !== location.href) history.replaceState(history.state, '', to);
      }, 300);
    }

    function restore() {
      const [x, y, zoom] = (asked.get('at') || '').split(',').map(Number);
      if (!(Math.abs(x) <= 1.1 && Math.abs(y) <= 1.1 && zoom >= 0.8 && zoom <= 400)) return;
      view.x = x;
      view.y = y;
      view.k = fit * zoom;
    }

    // The dates are years, or months where the papers are of few years. A handful of much older papers does not set the beginning.
    const dated = map.month.filter(Boolean).sort((a, b) => a - b);
    const unit = dated.length && dated[dated.length - 1] - dated[Math.floor(dated.length / 50)] < 36 ? 1 : 12;
    const period = (month) => Math.floor(month / unit);
    const dateText = (p) => (unit === 12 ? String(p) : Math.floor(p / 12) + '-' + String(p % 12 + 1).padStart(2, '0'));
    function date() {
      latest = +when.value >= +when.max ? Infinity : (+when.value + 1) * unit - 1;
      until.textContent = dateText(+when.value);
      when.setAttribute('aria-valuetext', until.textContent);
    }
    if (dated.length > 1 && period(dated[0]) < period(dated[dated.length - 1])) {
      when.max = period(dated[dated.length - 1]); // before the others, which it bounds
      when.min = Math.min(+when.max - 1, period(dated[Math.floor(dated.length / 50)]));
      when.value = when.max;
      const [year, month] = (asked.get('until') || '').split('-').map(Number);
      if (year) when.value = unit === 12 ? year : year * 12 + (month || 12) - 1;
      date();
      $('whenlabel').hidden = false;
      when.addEventListener('input', () => {
        date();
        hide();
        redraw();
        remember();
      });
    }
    $('mapbar').hidden = false;

    // go shows a paper in the middle, from near enough to see what is around it.
    function go(i) {
      view.x = px[i];
      view.y = py[i];
      view.k = Math.max(view.k, fit * 6);
      hide();
      hover(0, 0, 0, i);
      moved();
    }

    let lower = null, order = [], turn = -1;
    const most = 40; // hits that are listed
    function search() {
      const text = find.value.trim().toLowerCase(), words = text.split(/\s+/).filter(Boolean);
      lit = null;
      order = [];
      turn = -1;
      hits.replaceChildren();
      hits.hidden = !words.length;
      found.textContent = '';
      if (words.length) {
        lower = lower || names.titles.map((t) => t.toLowerCase());
        for (let i = 0; i < n; i++) if (words.every((word) => lower[i].includes(word))) order.push(i);
        lit = new Uint8Array(n);
        for (const i of order) lit[i] = 1;
        count = order.length;
        found.textContent = count === 1 ? '1 paper' : count + ' papers';
        const rank = (i) => (lower[i].startsWith(text) ? 0 : lower[i].includes(text) ? 1 : 2);
        order.sort((a, b) => rank(a) - rank(b) || map.month[b] - map.month[a] || a - b);
        for (const i of order.slice(0, most)) hits.append(hit(names.titles[i], address(i), () => { turn = order.indexOf(i); go(i); }));
        hits.append(hit('Search titles and abstracts', '/search?q=' + encodeURIComponent(find.value.trim())));
      }
      redraw();
    }
    function hit(text, href, show) {
      const li = document.createElement('li'), a = document.createElement('a');
      a.textContent = text;
      a.href = href;
      if (show) for (const event of ['focus', 'mouseenter']) a.addEventListener(event, show);
      li.append(a);
      return li;
    }
    find.addEventListener('input', () => { search(); remember(); });
    find.addEventListener('keydown', (e) => {
      if (e.key !== 'Enter' || !order.length) return;
      e.preventDefault();
      // From one hit to the next, and back with Shift.
      turn = (turn + (e.shiftKey ? -1 : 1) + order.length) % order.length;
      go(order[turn]);
      said.textContent = names.titles[order[turn]];
    });

    // A topic of the legend lights up on the map.
    for (const li of document.querySelectorAll('#legend [data-topic]')) {
      const light = (on) => () => {
        if (find.value.trim()) return;
        lit = on ? Uint8Array.from(map.topic, (t) => t === +li.dataset.topic) : null;
        count = n;
        redraw();
      };
      for (const event of ['mouseenter', 'focusin']) li.addEventListener(event, light(true));
      for (const event of ['mouseleave', 'focusout']) li.addEventListener(event, light(false));
    }

    let sized = false;
    new ResizeObserver(() => {
      measure();
      if (!sized) restore();
      sized = true;
      draw();
    }).observe(stage);
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)', 'print']) matchMedia(query).addEventListener('change', dress);
    return (n) => {
      names = n;
      find.hidden = false;
      // A page that leads here for one paper has it in the middle, with its title.
      const i = n.ids.indexOf(asked.get('paper'));
      if (i >= 0) go(i);
      if (asked.get('find')) {
        find.value = asked.get('find');
        search();
      }
      redraw();
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
      // within lists the points in a rectangle, or none where there are more than most.
      within(left, top, right, bottom, most) {
        const out = [];
        for (let r = cell(top); r <= cell(bottom); r++) {
          for (let k = first[r * side + cell(left)]; k < first[r * side + cell(right) + 1]; k++) {
            const i = order[k];
            if (px[i] < left || px[i] > right || py[i] < top || py[i] > bottom) continue;
            if (out.push(i) > most) return [];
          }
        }
        return out;
      },
      nearest(x, y, within, but) {
        let best = -1, least = within * within;
        for (let r = cell(y - within); r <= cell(y + within); r++) {
          for (let c = cell(x - within); c <= cell(x + within); c++) {
            for (let k = first[r * side + c]; k < first[r * side + c + 1]; k++) {
              const i = order[k], d = (px[i] - x) ** 2 + (py[i] - y) ** 2;
              if (d < least && !but(i)) {
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
  function painter(canvas, ctx, px, py, topic, circles) {
    // Pixels are 32-bit words, red lowest. Red and blue are blended at once, and green apart.
    const numbers = [...circles.keys()], redBlue = new Int32Array(numbers.length + 1), green = new Int32Array(numbers.length + 1);
    const at = new Map(numbers.map((id, i) => [id, i])), of = Uint16Array.from(topic, (t) => at.get(t) ?? numbers.length);
    const dot = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const parts = (colour) => {
      dot.fillStyle = colour;
      dot.fillRect(0, 0, 1, 1);
      return dot.getImageData(0, 0, 1, 1).data;
    };
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

    function paint(view, size, dpr, step, lit, litSize, gone) {
      const eighths = (v) => Math.round(v * 8) / 8;
      prepare(eighths(size), eighths(lit ? litSize : size));
      pixels.fill(ground);
      const k = view.k * dpr, left = pad + canvas.width / 2 - view.x * k, top = pad + canvas.height / 2 - view.y * k;
      const edge = Math.ceil((lit ? litSize : size) / 2 + 2), right = image.width - edge, bottom = image.height - edge, width = image.width;
      const begun = performance.now();
      for (let pass = lit ? 0 : 1; pass < 2; pass++) {
        const set = stamps[pass];
        for (let i = 0; i < px.length; i += lit && pass ? 1 : step) {
          if (lit && lit[i] !== pass || gone && gone(i)) continue;
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
    // dress takes the colours of the stage and of the legend.
    paint.dress = (background) => {
      const [r, g, b] = parts(background);
      ground = (0xff000000 | b << 16 | g << 8 | r) >>> 0;
      [...circles.values(), null].forEach((circle, i) => {
        const [r, g, b] = parts(circle ? getComputedStyle(circle).fill : '#888');
        redBlue[i] = r | b << 16;
        green[i] = g << 8;
      });
    };
    return paint;
  }
})();
