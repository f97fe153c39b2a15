// What the pages gain with JavaScript: a password one can look at, one send at a time, and focus on what went wrong.
// Without it every page still works.

const SENDING_TAKES_AT_MOST_MS = 15_000; // a stopped load must not leave a dead button

const reveal = (button, isShown) => {
  button.setAttribute('aria-pressed', String(isShown));
  document.getElementById(button.getAttribute('aria-controls')).type = isShown ? 'text' : 'password';
};

const reveals = [...document.querySelectorAll('template[data-reveals]')].map((template) => {
  const button = template.content.firstElementChild.cloneNode(true);
  template.replaceWith(button);
  button.addEventListener('click', () => reveal(button, button.getAttribute('aria-pressed') === 'false'));
  return button;
});

const tell = (text) => {
  const place = document.getElementById('busy');
  if (place) place.textContent = text ? place.dataset.text : '';
};

const release = (form) => {
  form.removeAttribute('aria-busy');
  for (const button of document.querySelectorAll('button[aria-busy]')) button.removeAttribute('aria-busy');
  tell(false);
};

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.hasAttribute('aria-busy')) {
    event.preventDefault();
    return;
  }

  for (const button of reveals) reveal(button, false); // browsers offer to save passwords only from password fields
  form.setAttribute('aria-busy', 'true');
  event.submitter?.setAttribute('aria-busy', 'true'); // marked, not disabled: a disabled button would not send its value
  tell(true);
  setTimeout(() => release(form), SENDING_TAKES_AT_MOST_MS);
});

// Back from the next page, the browser may show this one as it was left.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[aria-busy]')) release(form);
});

document.querySelector('[role="alert"][tabindex]')?.focus();
