// Runs before the first paint, so that a chosen theme does not flash. Storage may be forbidden; then the system decides.
try {
  const theme = localStorage.getItem('vitrine.theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  document.documentElement.removeAttribute('data-theme');
}
