// When the network under the page becomes another: Wi-Fi to mobile, a cable pulled, a tunnel left behind.

/** Calls back on `online` and on the connection's own `change`; returns the way to stop it. */
export function onNetworkChange(callback: () => void): () => void {
  // NetworkInformation exists in Chromium only and is not in the DOM types.
  const { connection } = navigator as Navigator & { connection?: EventTarget };
  addEventListener('online', callback);
  connection?.addEventListener('change', callback);
  return () => {
    removeEventListener('online', callback);
    connection?.removeEventListener('change', callback);
  };
}
