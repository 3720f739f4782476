// When the person looks at the page again, which other tabs or a locked phone had hidden.
import { useEffect } from 'preact/hooks';

/** @param onShown the same function for as long as it means the same */
export const useShown = (onShown: () => void): void => {
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === 'visible') onShown();
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [onShown]);
};
