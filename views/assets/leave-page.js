// "Leave without saving?": asked by the browser itself, once something was typed into a form that says so, and not when it is sent.
const ask = (event) => event.preventDefault();

for (const form of document.querySelectorAll('form[data-guards-leaving]')) {
  form.addEventListener('input', () => addEventListener('beforeunload', ask));
  form.addEventListener('submit', () => removeEventListener('beforeunload', ask));
}
