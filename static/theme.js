// Sets the stored theme before the first paint. Anything wrong with the storage means: as the system has it.
try {
  const theme = localStorage.getItem('smtp-explainer.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // A sandboxed frame has no storage.
}
