// The neighbourhood of a paper comes alive: what is pointed at lights up with what it is near, here and in the list, and
// arrow keys go from paper to paper. Without this its papers are links.
(() => {
  'use strict';
  const graph = document.getElementById('graph'), tip = document.getElementById('neartip');
  const nodes = [...graph.querySelectorAll('a')], edges = [...graph.querySelectorAll('.edge')];
  const items = [...document.querySelectorAll('section[aria-labelledby=similar] .cards > li')];
  const box = (n) => n.querySelector('.node').getBoundingClientRect();
  const title = (n) => n.querySelector('title');
  nodes.forEach((n) => { // the tip says it
    n.dataset.title = title(n).textContent;
    title(n).remove();
  });

  function light(n) {
    const near = new Set(n ? [n.dataset.place, ...n.dataset.near.split(' ')] : []);
    graph.classList.toggle('lit', !!n);
    nodes.forEach((o) => o.classList.toggle('on', near.has(o.dataset.place)));
    edges.forEach((e) => e.classList.toggle('on', !!n && (e.dataset.a === n.dataset.place || e.dataset.b === n.dataset.place)));
    items.forEach((item, i) => item.classList.toggle('on', !!n && near.has(String(i + 1))));
    tip.hidden = !n;
    if (!n) return;
    tip.textContent = n.dataset.title;
    const at = box(n), frame = graph.getBoundingClientRect();
    tip.style.left = Math.max(0, Math.min(at.left + at.width / 2 - frame.left - tip.offsetWidth / 2, frame.width - tip.offsetWidth)) + 'px';
    tip.style.top = (at.bottom - frame.top + 8) + 'px';
  }
  for (const n of nodes) {
    n.addEventListener('pointerenter', () => light(n));
    n.addEventListener('focus', () => light(n));
    n.addEventListener('pointerleave', (e) => { if (e.pointerType !== 'touch') light(null); });
    n.addEventListener('blur', () => light(null));
  }
  items.forEach((item, i) => {
    const n = nodes[i + 1];
    if (!n) return;
    item.addEventListener('pointerenter', () => light(n));
    item.addEventListener('pointerleave', () => light(null));
  });
  graph.addEventListener('keydown', (e) => { if (e.key === 'Escape') light(null); });

  // One stop of the tab key; arrows go on to the nearest in their direction.
  const rove = (to) => nodes.forEach((n) => n.setAttribute('tabindex', n === to ? 0 : -1));
  rove(nodes[0]);
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  graph.addEventListener('keydown', (e) => {
    const way = ways[e.key], from = nodes.indexOf(document.activeElement);
    if (!way || from < 0 || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    const here = box(nodes[from]);
    let best = null, least = Infinity;
    for (const n of nodes) {
      const there = box(n), dx = there.left + there.width / 2 - here.left - here.width / 2, dy = there.top + there.height / 2 - here.top - here.height / 2;
      const along = dx * way[0] + dy * way[1], across = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      if (along > 4 && along + 2 * across < least) [best, least] = [n, along + 2 * across];
    }
    if (!best) return;
    rove(best);
    best.focus();
  });
})();
