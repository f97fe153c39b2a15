// A form goes once however often its button is pressed; the page says that it is on its way.
const takesAtMostMs = 15_000; // a stopped load must not leave a dead button

const status = document.getElementById('status');
const say = (text) => {
  if (status) status.textContent = text;
};

const release = (form) => {
  form.removeAttribute('aria-busy');
  for (const button of document.querySelectorAll('button[aria-busy]')) button.removeAttribute('aria-busy');
  say('');
};

/** Enter presses a button that nobody sees; the main one stands for it. */
const seen = (button) => (button?.matches('.default') ? button.form.querySelector('button.main') : button);

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.hasAttribute('aria-busy')) {
    event.preventDefault();
    return;
  }

  form.setAttribute('aria-busy', 'true');
  seen(event.submitter)?.setAttribute('aria-busy', 'true'); // marked, not disabled: a disabled button would not send its value
  say(status?.dataset.busy ?? '');
  setTimeout(() => release(form), takesAtMostMs);
});

// Back from the next page, the browser may show this one as it was left.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[aria-busy]')) release(form);
});
