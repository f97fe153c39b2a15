// Counts down in figures for the eyes. Ears hear the time once in words, and once more when it is over.
const inFigures = (seconds) => {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, place) => (place === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
};

const say = (text) => {
  const status = document.getElementById('status');
  if (status) status.textContent = text;
};

const addSpan = (place, name, value, text) => {
  const span = document.createElement('span');
  span.setAttribute(name, value);
  span.textContent = text;
  place.append(span);
  return span;
};

/** Calls `each` with the seconds left, every second until there are none. */
const count = (seconds, each) => {
  const endsAt = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((endsAt - Date.now()) / 1000));
    each(left);
    if (left > 0) setTimeout(tick, 1000 - ((Date.now() - endsAt + left * 1000) % 1000));
  };
  tick();
};

for (const line of document.querySelectorAll('.countdown')) {
  const place = line.querySelector('[data-seconds]');
  const words = place.textContent;
  place.textContent = '';
  addSpan(place, 'class', 'for-ears', words);
  const figures = addSpan(place, 'aria-hidden', 'true', '');
  count(Number(place.dataset.seconds), (left) => {
    figures.textContent = inFigures(left);
    if (left > 0) return;
    line.textContent = line.dataset.over;
    say(line.dataset.over);
  });
}

for (const box of document.querySelectorAll('.time-left')) {
  count(Number(box.dataset.seconds), (left) => {
    box.querySelector('[aria-hidden]').textContent = inFigures(left);
    if (left > Number(box.dataset.warnAt) || !box.hidden) return;
    box.hidden = false;
    say(box.dataset.warning);
  });
}
