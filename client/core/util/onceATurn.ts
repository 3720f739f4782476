// Many reasons, one call: what is asked for several times in a turn happens once, at its end.

export function onceATurn(callback: () => void): () => void {
  let isQueued = false;
  return () => {
    if (isQueued) return;
    isQueued = true;
    queueMicrotask(() => {
      isQueued = false;
      callback();
    });
  };
}
