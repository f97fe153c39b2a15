// A password one can look at. The button comes with the script: without it there would be nothing to press.
const reveal = (button, isShown) => {
  button.setAttribute('aria-pressed', String(isShown));
  document.getElementById(button.getAttribute('aria-controls')).type = isShown ? 'text' : 'password';
};

const buttons = [...document.querySelectorAll('template[data-reveals]')].map((template) => {
  const button = template.content.firstElementChild.cloneNode(true);
  template.replaceWith(button);
  button.addEventListener('click', () => reveal(button, button.getAttribute('aria-pressed') === 'false'));
  return button;
});

// Browsers offer to save passwords only from password fields.
document.addEventListener('submit', () => {
  for (const button of buttons) reveal(button, false);
});
