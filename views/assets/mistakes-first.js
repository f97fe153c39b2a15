// What went wrong is read first.
document.querySelector('[role="alert"][tabindex]')?.focus();
