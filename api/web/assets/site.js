// The reader's lists, kept in this browser alone. Every page works without this: its links carry the list on instead.
(() => {
  'use strict';
  const key = 'kindred.lists', names = ['positive', 'negative', 'text', 'name'];
  const blank = () => ({ positive: [], negative: [], text: '' });
  const strings = (v) => Array.isArray(v) && v.every((s) => typeof s === 'string');
  // What is stored: {current, lists: {name: list}}. The first list has no name.
  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      if (Object.values(kept.lists).every((l) => strings(l.positive) && strings(l.negative) && typeof l.text === 'string') && kept.lists[kept.current]) return kept;
    } catch { /* nothing is kept, or nothing may be */ }
    return { current: '', lists: { '': blank() } };
  };
  const write = (kept) => {
    try {
      localStorage.setItem(key, JSON.stringify(kept));
      return true;
    } catch {
      return false;
    }
  };
  const parse = (href) => {
    const q = new URL(href, location.href).searchParams;
    return { positive: q.getAll('positive'), negative: q.getAll('negative'), text: q.get('text') || '' };
  };
  const size = (l) => l.positive.length + l.negative.length + (l.text ? 1 : 0);
  const same = (a, b) => JSON.stringify([a.positive, a.negative, a.text]) === JSON.stringify([b.positive, b.negative, b.text]);
  const address = (l, name) => {
    if (!size(l)) return '/list';
    const q = new URLSearchParams();
    for (const side of ['positive', 'negative']) for (const id of l[side]) q.append(side, id);
    if (l.text) q.set('text', l.text);
    if (name) q.set('name', name);
    return '/list?' + q;
  };
  const $ = (id) => document.getElementById(id);
  const said = (text) => { $('said').textContent = text; };
  let kept = read();
  const mine = () => kept.lists[kept.current];

  function paint() {
    const l = mine(), menu = $('mylist'), on = new Set([...l.positive, ...l.negative]);
    menu.href = address(l, kept.current);
    menu.querySelector('.n').hidden = !size(l);
    menu.querySelector('b').textContent = size(l);
    for (const box of document.querySelectorAll('[data-paper]')) {
      const listed = on.has(box.dataset.paper);
      for (const a of box.children) a.hidden = a.classList.contains('drop') !== listed;
    }
    for (const a of document.querySelectorAll('[data-mine]')) a.href = a.pathname + plainQuery(a, l);
  }
  // plainQuery returns the query of a link with a list in place of any other.
  function plainQuery(a, l) {
    const u = new URL(a.href), own = new URL(address(l, kept.current), location.href).searchParams;
    ['cursor', ...names].forEach((n) => u.searchParams.delete(n));
    for (const [n, v] of own) u.searchParams.append(n, v);
    return u.search;
  }

  const page = $('kept');
  // The list is kept here, so that no link of another page needs it, but for those to papers in its order.
  function unload(root) {
    for (const a of root.querySelectorAll('a[href*="positive="],a[href*="negative="],a[href*="text="]')) {
      const u = new URL(a.getAttribute('href'), location.href); // links of pictures have no other
      if (u.pathname.startsWith('/list') || u.pathname.startsWith('/v1/')) continue;
      if (a.closest('[data-keep]') && u.searchParams.get('order') === 'likeness') continue;
      names.forEach((n) => u.searchParams.delete(n));
      a.setAttribute('href', u.pathname + u.search + u.hash);
    }
    root.querySelectorAll('form:not([data-keep]) input[data-carry]').forEach((i) => i.remove());
  }
  if (!page || location.pathname !== '/list') unload(document);
  paint();
  document.addEventListener('papers', (e) => { // more of them came
    e.detail.forEach(unload);
    paint();
  });
  addEventListener('storage', (e) => { // another tab changed it
    if (e.key !== key) return;
    kept = read();
    paint();
  });
  addEventListener('pageshow', () => {
    kept = read();
    paint();
  });

  const plain = (e) => e.button === 0 && !e.ctrlKey && !e.metaKey && !e.shiftKey && !e.altKey;
  document.addEventListener('click', (e) => {
    const a = e.target.closest && e.target.closest('a');
    if (!a || !plain(e)) return;
    if (page) {
      // On the page of the list its links lead to what it becomes.
      if (a.pathname === '/list' && a.id !== 'own' && a.id !== 'mylist' && a.id !== 'send' && !new URL(a.href).searchParams.has('cursor') && same(parse(page.dataset.list), mine())) {
        kept.lists[kept.current] = parse(a.href);
        write(kept);
      }
      return;
    }
    const box = a.closest('[data-paper]');
    if (!box && a.id !== 'keeptext') return;
    kept = read();
    const l = mine(), before = JSON.stringify(kept);
    if (box) {
      const id = box.dataset.paper;
      l.positive = l.positive.filter((s) => s !== id);
      l.negative = l.negative.filter((s) => s !== id);
      if (a.className === 'add') l.positive.push(id);
      if (a.className === 'not') l.negative.push(id);
    }
    const text = parse(a.href).text; // of a pasted text
    if (text && a.className !== 'drop') l.text = text;
    if (!write(kept)) { // the link does it
      kept = JSON.parse(before);
      return;
    }
    e.preventDefault();
    paint();
    if (box) [...box.children].find((x) => !x.hidden).focus();
    said(a.className === 'drop' ? 'Removed from your list.' : 'Your list now has ' + size(l) + '.');
  });

  const send = $('send');
  if (send && navigator.clipboard) {
    send.addEventListener('click', (e) => {
      if (!plain(e)) return;
      e.preventDefault();
      navigator.clipboard.writeText(send.href).then(() => {
        send.textContent = send.dataset.copied;
        said(send.dataset.copied);
      }, () => { location.href = send.href; });
    });
  }
  // A reference is copied as it would be saved.
  const cite = $('cite');
  if (cite && navigator.clipboard) {
    cite.hidden = false;
    cite.addEventListener('click', (e) => {
      if (!plain(e)) return;
      e.preventDefault();
      fetch(cite.href).then((r) => r.text()).then((text) => navigator.clipboard.writeText(text)).then(() => {
        cite.textContent = cite.dataset.copied;
        said(cite.dataset.copied);
      }, () => { location.href = cite.href; });
    });
  }
  if (!page) return;

  // The page of the list.
  const here = parse(page.dataset.list), asked = location.pathname === '/list';
  if (asked && !size(here) && size(mine()) && !location.search) return location.replace(address(mine(), kept.current));
  page.style.minHeight = page.offsetHeight + 'px'; // what stands below stays where it is
  page.hidden = false;
  $('inaddress').hidden = true;
  $('foreign').hidden = same(here, mine());
  $('named').hidden = !$('foreign').hidden;
  $('own').href = address(mine(), kept.current);
  $('own').hidden = !size(mine());
  const go = () => { if (write(kept)) location.href = address(mine(), kept.current); };
  const free = (name) => {
    let n = name || 'List', i = 2;
    while (kept.lists[n]) n = (name || 'List') + ' ' + i++;
    return n;
  };
  $('adopt').addEventListener('click', () => {
    const name = new URL(page.dataset.list, location.href).searchParams.get('name');
    kept.current = size(mine()) || kept.current ? free(name) : '';
    kept.lists[kept.current] = here;
    go();
  });
  const lists = $('lists');
  for (const name of Object.keys(kept.lists)) lists.append(new Option(name || 'My list', name, false, name === kept.current));
  lists.addEventListener('change', () => {
    kept.current = lists.value;
    go();
  });
  let making = false;
  const ask = (fresh) => {
    making = fresh;
    $('naming').hidden = false;
    $('listname').value = fresh ? '' : kept.current;
    $('listname').focus();
  };
  $('newlist').addEventListener('click', () => ask(true));
  $('rename').addEventListener('click', () => ask(false));
  const name = () => {
    const wanted = $('listname').value.trim();
    if (!wanted || kept.lists[wanted] && wanted !== kept.current) {
      $('listname').setCustomValidity(wanted ? 'There is a list of this name.' : 'Give the list a name.');
      $('listname').reportValidity();
      return;
    }
    const l = making ? blank() : mine();
    if (!making || !size(mine()) && !kept.current) delete kept.lists[kept.current];
    kept.current = wanted;
    kept.lists[wanted] = l;
    go();
  };
  $('listname').addEventListener('input', () => $('listname').setCustomValidity(''));
  $('listname').addEventListener('keydown', (e) => { if (e.key === 'Enter') name(); });
  $('named-ok').addEventListener('click', name);
  let sure = false;
  $('forget').addEventListener('click', () => {
    if (!sure) {
      sure = true;
      $('forget').textContent = 'Delete for good?';
      return;
    }
    delete kept.lists[kept.current];
    if (!Object.keys(kept.lists).length) kept.lists[''] = blank();
    kept.current = Object.keys(kept.lists)[0];
    go();
  });
})();

// A vote that a person asked for by a link in a letter is sent at once.
document.querySelector('form[data-now]')?.requestSubmit();
