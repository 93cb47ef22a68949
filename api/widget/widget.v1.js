// Related papers on any page: <similar-papers paper="arxiv:2306.05544"></similar-papers>, or
// <div data-similar-papers data-paper="…"></div>. Text is only ever inserted as text; nothing is stored, and nothing but
// the one server is asked.
(() => {
  'use strict';
  const here = document.currentScript && document.currentScript.src;
  const base = here ? new URL(here).origin + new URL(here).pathname.replace(/\/widget[^/]*$/, '') : '';
  const messages = /* messages */ {};
  const names = ['paper', 'doi', 'arxiv', 'limit', 'layout', 'theme', 'lang', 'empty', 'reserve', 'heading', 'after', 'topic', 'clicks', 'server']
    .concat(Object.keys(messages.en).map((key) => 'label-' + key));
  // A word as the page has it, or in the page's language.
  const say = (o, key, n) => (o['label-' + key] || messages[o.lang][key]).replace('{n}', n);
  const language = (host, given) => {
    const near = host.closest('[lang]');
    const tag = (given || (near && near.lang) || '').toLowerCase().split('-')[0];
    return messages[tag] ? tag : 'en';
  };
  const css = `
:host{display:block;container-type:inline-size}
:host([hidden]){display:none}
nav{--t:var(--kindred-text,currentColor);--m:var(--kindred-muted,color-mix(in srgb,currentColor 80%,transparent));--l:var(--kindred-line,color-mix(in srgb,currentColor 22%,transparent));--a:var(--kindred-accent,color-mix(in srgb,currentColor 55%,#4a6cf0));color:var(--t);background:var(--kindred-background,transparent);font:var(--kindred-font,1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif);overflow-wrap:break-word;border-radius:var(--kindred-radius,10px)}
nav.light,nav.dark{padding:.9em 1em}
nav.light{--t:var(--kindred-text,#1b1d22);--m:var(--kindred-muted,#5d636f);--l:var(--kindred-line,#deded8);--a:var(--kindred-accent,#3450c8);background:var(--kindred-background,#fff)}
nav.dark{--t:var(--kindred-text,#e8e9ec);--m:var(--kindred-muted,#a0a6b3);--l:var(--kindred-line,#343841);--a:var(--kindred-accent,#9db0ff);background:var(--kindred-background,#16181d)}
h2{font-size:1.05em;line-height:1.3;margin:0 0 .4em}
ol{list-style:none;margin:0;padding:0}
li{padding:.65em 0;border-block-end:1px solid var(--l)}
li>a{display:block;color:var(--t);font-weight:600;line-height:1.35;padding:.1em 0;text-decoration:none}
slot>a{color:inherit}
a:hover{color:var(--a,inherit);text-decoration:underline}
:focus-visible{outline:2px solid var(--a);outline-offset:2px;border-radius:3px}
[dir]{text-align:-webkit-match-parent;text-align:match-parent}
p,details{color:var(--m);font-size:.875em;margin:.15em 0 0}
details p{font-size:1em}
summary{cursor:pointer;width:fit-content;padding:.15em 0}
.foot{margin-block-start:.5em}.foot a{display:inline-block;padding:.25em 0;color:var(--a)}
.cards ol{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,14em),1fr));gap:.8em}
.cards li{border:1px solid var(--l);border-radius:var(--kindred-radius,10px);padding:.9em 1em}
.compact li{padding:.2em 0;border:0}.compact li>a{font-weight:500}.compact p,.compact details{display:none}.compact .foot{display:block}
`;
  let sheet;
  // A constructed sheet needs no exception from a page's policy; old browsers get a style element.
  const style = (root) => {
    try {
      if (!sheet) {
        sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
      }
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(el('style', css));
    }
  };
  const el = (tag, text, attrs) => {
    const e = document.createElement(tag);
    if (text) e.textContent = text;
    for (const k in attrs) e.setAttribute(k, attrs[k]);
    return e;
  };
  const meta = (name) => {
    const e = document.querySelector(`meta[name="${name}" i]`);
    return e ? e.content.trim() : '';
  };
  const web = (address, server) => {
    try {
      const u = new URL(address, server + '/');
      return /^https?:$/.test(u.protocol) ? u.href : '';
    } catch {
      return '';
    }
  };
  // What to ask for, best first: the given id, the ids that the page states of itself, its title, its text.
  const questions = (o) => {
    const out = [];
    const arxiv = (id) => 'arxiv:' + id.replace(/^arxiv:/i, '');
    const doi = (id) => 'doi:' + id.replace(/^(https?:\/\/(dx\.)?doi\.org\/|doi:)/i, '');
    if (o.paper) out.push({ id: o.paper });
    if (o.arxiv) out.push({ id: arxiv(o.arxiv) });
    if (o.doi) out.push({ id: doi(o.doi) });
    if (!out.length) {
      if (meta('citation_arxiv_id')) out.push({ id: arxiv(meta('citation_arxiv_id')) });
      if (meta('citation_doi')) out.push({ id: doi(meta('citation_doi')) });
    }
    const title = meta('citation_title');
    if (title) out.push({ text: title + '\n' + (meta('citation_abstract') || meta('description')) });
    else if (!out.length) {
      const body = document.querySelector('article,main,[role=main]') || document.body;
      out.push({ text: document.title + '\n' + (body.innerText || '').trim().slice(0, 2000) });
    }
    return out;
  };
  const count = (o) => Math.max(1, Math.min(20, parseInt(o.limit, 10) || 5));
  const ask = async (q, o) => {
    const opt = { credentials: 'omit', referrerPolicy: 'no-referrer', mode: 'cors' };
    const limit = count(o);
    let url = o.server + '/v1/recommendations';
    if (q.id) {
      url = o.server + '/v1/papers/' + encodeURIComponent(q.id) + '/similar?unknown=empty&explain=true&limit=' + limit;
      if (o.after) url += '&published_after=' + encodeURIComponent(o.after);
      if (o.topic) url += '&topic=' + encodeURIComponent(o.topic);
    } else {
      opt.method = 'POST';
      opt.headers = { 'Content-Type': 'application/json' };
      const body = { text: q.text, limit, explain: true, unknown: 'empty' };
      if (o.after) body.published_after = o.after;
      if (o.topic) body.topic = o.topic.split(',').map(Number);
      opt.body = JSON.stringify(body);
    }
    const res = await fetch(url, opt);
    if (!res.ok) throw new Error(res.status);
    return (await res.json()).data;
  };
  const row = (hit, o) => {
    const p = hit.paper;
    const li = el('li');
    const a = el('a', p.title, { href: web(p.page, o.server), rel: 'noopener', dir: 'auto' });
    if (o.clicks !== undefined && navigator.sendBeacon) {
      a.addEventListener('click', () => navigator.sendBeacon(o.server + '/v1/clicks', p.id));
    }
    li.append(a);
    const names = p.authors || [];
    const by = names.length > 4 ? names.slice(0, 3).join(', ') + ' …' : names.join(', ');
    const year = (p.published || '').slice(0, 4);
    const about = [by, p.venue, (p.venue || '').includes(year) ? '' : year].filter(Boolean);
    if (about.length) li.append(el('p', about.join(' · '), { dir: 'auto' }));
    const all = (hit.reasons || []).map((r) => r.term).filter(Boolean);
    // A word says nothing beside the phrase that has it.
    const terms = all.filter((t) => !all.some((p) => p !== t && p.toLowerCase().split(/[ -]/).includes(t.toLowerCase()))).slice(0, 6);
    if (terms.length || hit.score) {
      const d = el('details');
      d.append(el('summary', say(o, 'why'), { dir: 'auto' }), el('p', say(o, 'alike', Math.round(hit.score * 100)) + (terms.length ? ': ' + terms.join(', ') : ''), { dir: 'auto' }));
      li.append(d);
    }
    return li;
  };
  const show = (root, o, hits) => {
    const nav = el('nav', '', { lang: o.lang, 'aria-label': o.heading, class: [/^(light|dark)$/.test(o.theme) ? o.theme : 'auto', layout(o)].join(' ') });
    nav.append(el('h2', o.heading, { dir: 'auto' }));
    const ol = el('ol');
    for (const h of hits) ol.append(row(h, o));
    const foot = el('p', '', { class: 'foot' });
    foot.append(el('a', say(o, 'more'), { href: web(o.link, o.server), rel: 'noopener', dir: 'auto' }));
    nav.append(ol, foot);
    root.replaceChildren(nav);
  };
  // Without papers the link stays that the page has inside the element, or one to a search, or nothing.
  const showNone = (root, o) => {
    root.replaceChildren();
    if (o.empty === 'nothing') return;
    const slot = el('slot');
    if (o.search) slot.append(el('a', say(o, 'find'), { href: web('/search?q=' + encodeURIComponent(o.search), o.server), rel: 'noopener', lang: o.lang, dir: 'auto' }));
    root.append(slot);
  };
  const layout = (o) => (/^(cards|compact)$/.test(o.layout) ? o.layout : 'list');
  // Room for what will come, so that nothing moves when it does: lines of a usual title at the width there is, in em.
  const reserve = (host, o) => {
    if (o.reserve === 'none' || host.style.minHeight) return;
    const em = parseFloat(getComputedStyle(host).fontSize) || 16;
    const width = host.clientWidth / em;
    const lines = (w, part) => Math.max(1, Math.ceil(part * 36 / Math.max(8, w)));
    const n = count(o);
    let height = 4 + n * (4.6 + 1.35 * lines(width, 1));
    if (layout(o) === 'compact') height = 4 + n * (.6 + 1.35 * lines(width, 1));
    if (layout(o) === 'cards') {
      const columns = Math.max(1, Math.floor((width + .8) / 14.8));
      height = 4 + Math.ceil(n / columns) * (6.6 + 1.35 * lines(width / columns - 2.8, 1));
    }
    host.style.minHeight = height + 'em';
  };
  // Room that stays empty is given back where nobody sees it happen.
  const release = (host) => {
    if (!('IntersectionObserver' in window)) return;
    const seen = new IntersectionObserver((entries) => {
      if (entries.some((e) => e.isIntersecting)) return;
      seen.disconnect();
      host.style.minHeight = '0';
    });
    seen.observe(host);
  };
  const options = (host, read) => {
    const o = { server: base, limit: '5' };
    for (const n of names) {
      const v = read(n);
      if (v !== null && v !== undefined) o[n] = v;
    }
    o.lang = language(host, o.lang);
    o.heading = o.heading || say(o, 'heading');
    o.server = o.server.replace(/\/$/, '');
    return o;
  };
  const fill = async (host, root, read) => {
    const o = options(host, read);
    const turn = (root.turn = (root.turn || 0) + 1);
    let hits = [];
    for (const q of questions(o)) {
      o.link = q.id ? '/papers/' + encodeURIComponent(q.id) : '/';
      o.search = o.search || q.id || meta('citation_title');
      try {
        hits = await ask(q, o);
        if (hits.length) break;
      } catch {
        // Quiet: the next question is asked, and a link stays in the end.
      }
    }
    if (turn !== root.turn) return; // an attribute has changed meanwhile
    if (hits.length) {
      show(root, o, hits);
    } else {
      showNone(root, o);
      release(host);
    }
    style(root);
    host.dispatchEvent(new CustomEvent('similar-papers', { detail: { count: hits.length }, bubbles: true, composed: true }));
  };
  // Nothing is asked before the place comes into view.
  const lazily = (host, go) => {
    if (!('IntersectionObserver' in window)) return go();
    const seen = new IntersectionObserver((entries) => {
      if (entries.some((e) => e.isIntersecting)) {
        seen.disconnect();
        go();
      }
    }, { rootMargin: '300px' });
    seen.observe(host);
  };
  // Until the papers are there the element shows what the page has inside it, or holds its place.
  const open = (host, read) => {
    const root = host.attachShadow({ mode: 'open' });
    root.append(el('slot', '\u00a0'));
    style(root);
    reserve(host, options(host, read));
    return root;
  };
  class SimilarPapers extends HTMLElement {
    static observedAttributes = names;
    connectedCallback() {
      if (this.shadowRoot) return;
      const read = (n) => this.getAttribute(n);
      const root = open(this, read);
      lazily(this, () => {
        this.again = () => fill(this, root, read);
        this.again();
      });
    }
    attributeChangedCallback(name, old, now) {
      if (this.again && old !== now) this.again();
    }
  }
  const upgrade = () => {
    for (const div of document.querySelectorAll('[data-similar-papers]')) {
      if (div.shadowRoot) continue;
      const read = (n) => {
        const v = div.getAttribute('data-' + n);
        return v === null && n === 'arxiv' ? div.getAttribute('data-arxiv-id') : v;
      };
      const root = open(div, read);
      lazily(div, () => fill(div, root, read));
    }
  };
  if (!customElements.get('similar-papers')) customElements.define('similar-papers', SimilarPapers);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', upgrade);
  else upgrade();
})();
