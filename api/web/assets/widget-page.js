// The page for site owners: options take effect as they are changed, the focus staying where it is, and snippets are
// copied with a button. Everything here is a convenience; the form and the text work without it.
(() => {
  'use strict';
  const form = document.getElementById('options');
  const copies = () => {
    if (!navigator.clipboard) return;
    for (const pre of document.querySelectorAll('#shown pre')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'copy';
      button.append('Copy');
      const what = document.createElement('span');
      what.className = 'sr';
      what.textContent = ': ' + pre.previousElementSibling.textContent;
      button.append(what);
      button.addEventListener('click', async () => {
        try {
          await navigator.clipboard.writeText(pre.textContent);
          button.firstChild.data = 'Copied';
        } catch {
          button.firstChild.data = 'Select and copy';
        }
      });
      pre.previousElementSibling.append(button);
    }
  };
  let turn = 0;
  const show = async () => {
    const now = ++turn;
    const address = location.pathname + '?' + new URLSearchParams(new FormData(form));
    try {
      const res = await fetch(address);
      const page = new DOMParser().parseFromString(await res.text(), 'text/html');
      if (now !== turn) return;
      document.getElementById('shown').replaceWith(document.adoptNode(page.getElementById('shown')));
    } catch {
      form.submit();
      return;
    }
    history.replaceState(null, '', address);
    copies();
  };
  form.addEventListener('change', show);
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    show();
  });
  copies();
})();
