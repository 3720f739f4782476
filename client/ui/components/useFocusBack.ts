// Gives the focus back to where it was when a panel that held it goes away.
import { useLayoutEffect } from 'preact/hooks';

/** For the panel's own component. Focus that went elsewhere meanwhile stays there. */
export const useFocusBack = (): void => {
  useLayoutEffect(() => {
    const before = document.activeElement;
    return () => {
      // Runs while the panel's nodes are being taken away; the focus falls to the body only after that.
      queueMicrotask(() => {
        if (document.activeElement !== document.body) return;
        if (before instanceof HTMLElement && before.isConnected) before.focus();
      });
    };
  }, []);
};
