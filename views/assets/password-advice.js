// Says while a new password is typed how much is missing; ears are told when the typing pauses.
const pauseMs = 1000;

for (const advice of document.querySelectorAll('.advice')) {
  const field = document.getElementById(advice.dataset.field);
  const byMissing = JSON.parse(advice.dataset.byMissing);
  const spoken = advice.querySelector('[role="status"]');
  const shown = advice.querySelector('[aria-hidden]');
  const before = shown.textContent;
  let pause;

  field.addEventListener('input', () => {
    const typed = [...field.value].length;
    const missing = Math.max(0, byMissing.length - 1 - typed);
    const text = typed === 0 ? before : byMissing[missing];
    shown.textContent = text;
    advice.classList.toggle('good', typed > 0 && missing === 0);
    clearTimeout(pause);
    pause = setTimeout(() => {
      spoken.textContent = text;
    }, pauseMs);
  });
}
