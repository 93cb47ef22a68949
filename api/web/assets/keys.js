// Lists of papers by keys, and their next pages as one scrolls. Without this they have links.
(() => {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const list = $('found'), help = $('keys'), show = $('showkeys'), said = $('said');
  const off = 'kindred.keys'; // kept only where the reader turned the keys off
  const on = () => {
    try { return localStorage.getItem(off) !== 'off'; } catch { return true; }
  };
  const link = (item) => item.querySelector('h3 a');

  // step moves to the paper after or before the present one.
  function step(by) {
    if (!list) return;
    const items = [...list.children], at = items.findIndex((i) => i.contains(document.activeElement));
    const first = items.findIndex((i) => i.getBoundingClientRect().bottom > 0); // on the screen
    const to = items[at < 0 ? first : at + by];
    if (!to) return;
    link(to).focus();
    to.scrollIntoView({ block: 'nearest' });
  }
  const present = () => list && [...list.children].find((i) => i.contains(document.activeElement));
  const follow = (selector) => {
    const a = document.querySelector(selector);
    if (a) a.click();
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    o: () => { if (present()) link(present()).click(); },
    a: () => {
      const item = present();
      if (!item) return;
      [...item.querySelectorAll('.add, .drop')].find((x) => !x.hidden).click();
      link(item).focus();
    },
    n: () => follow('.when a[rel=next], .pages a[rel=next]'),
    p: () => follow('.when a[rel=prev]'),
    '/': () => document.querySelector('[role=search] input').focus(),
    '?': () => help.showModal(),
  };
  document.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || help.open || e.target.closest('input, select, textarea') || !on()) return;
    if (!Object.hasOwn(keys, e.key)) return;
    e.preventDefault();
    keys[e.key]();
  });
  show.hidden = false;
  show.addEventListener('click', () => help.showModal());
  $('keyson').checked = on();
  $('keyson').addEventListener('change', (e) => {
    try {
      if (e.target.checked) localStorage.removeItem(off);
      else localStorage.setItem(off, 'off');
    } catch { /* nothing may be kept */ }
  });

  // The next pages come as one scrolls, some of them; then the link does it, so that the end of the page can be reached.
  const most = 4;
  let loaded = 0, busy = false;
  async function load() {
    const next = $('next');
    if (!next || busy || loaded >= most) return;
    busy = true;
    try {
      const answer = await fetch(next.href);
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html'), more = page.getElementById('found');
      const items = [...more.children].map((i) => document.importNode(i, true));
      list.append(...items);
      $('pages').replaceWith(document.importNode(page.getElementById('pages'), true));
      document.dispatchEvent(new CustomEvent('papers', { detail: items }));
      said.textContent = items.length + ' more papers.';
      loaded++;
      watch();
    } catch {
      loaded = most; // the link is there
    }
    busy = false;
  }
  const seen = new IntersectionObserver((entries) => { if (entries.some((e) => e.isIntersecting)) load(); }, { rootMargin: '600px' });
  function watch() {
    seen.disconnect();
    if ($('next')) seen.observe($('pages'));
  }
  if (list) watch();
})();
