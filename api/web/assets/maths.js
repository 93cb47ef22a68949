// Sets formulas as MathML, from the TeX that the server sent along with the readable text. Where Temml does not understand a
// formula, and where there are no scripts, the readable text stands. Without trust Temml refuses links, classes and styles.
(() => {
  'use strict';
  const typeset = (root) => {
    for (const e of root.querySelectorAll('[data-tex]')) {
      const set = document.createElement('span');
      try {
        temml.render(e.dataset.tex, set, { displayMode: 'display' in e.dataset, throwOnError: true, trust: false, wrap: 'tex', maxExpand: 100, maxSize: [20, 20] });
      } catch {
        continue;
      }
      e.replaceChildren(...set.childNodes);
    }
  };
  typeset(document);
  document.addEventListener('papers', (e) => e.detail.forEach(typeset)); // more of them came
})();
