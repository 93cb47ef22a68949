// The page for site owners: options take effect as they are changed, and snippets are copied with a button.
// Everything here is a convenience; the form and the text work without it.
(() => {
  'use strict';
  const form = document.getElementById('options');
  if (form) {
    form.addEventListener('change', () => form.requestSubmit());
    form.querySelector('button').hidden = true;
  }
  if (!navigator.clipboard) return;
  for (const pre of document.querySelectorAll('pre')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(pre.textContent);
        button.textContent = 'Copied';
      } catch {
        button.textContent = 'Select and copy';
      }
    });
    pre.previousElementSibling.append(button);
  }
})();
