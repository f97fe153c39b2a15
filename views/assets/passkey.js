// Passkeys, where script and browser know them: their buttons appear, and what the authenticator answers goes as a field of the form.
const isAble = 'parseCreationOptionsFromJSON' in (globalThis.PublicKeyCredential ?? {});

const ask = {
  create: (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

const begin = (place) => {
  const form = place.closest('form');
  const button = place.querySelector('button');
  const failed = place.querySelector('[data-passkey-failed]');
  let isAsking = false;

  const answer = async () => {
    if (isAsking) return;
    isAsking = true;
    failed.hidden = true;
    try {
      const credential = await ask[place.dataset.passkey](JSON.parse(place.dataset.options));
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.requestSubmit();
    } catch {
      failed.hidden = false; // refused, timed out or already there: the browser has said which
      isAsking = false;
    }
  };

  button.addEventListener('click', (event) => {
    event.preventDefault();
    answer();
  });
  if ('starts' in place.dataset) answer();
};

if (isAble) {
  for (const template of document.querySelectorAll('template[data-passkeys]')) template.replaceWith(template.content);
  for (const missing of document.querySelectorAll('[data-passkey-missing]')) missing.remove();
  for (const place of document.querySelectorAll('[data-passkey]')) begin(place);
}
