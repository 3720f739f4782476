// Keeps the screen from going dark during a meeting; a phone that sleeps drops out of it.
import { useEffect } from 'preact/hooks';

export const useWakeLock = (): void => {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let left = false;
    // The browser takes the lock back whenever the page is hidden, so it is asked for anew at each return.
    const hold = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      try {
        const held = await navigator.wakeLock?.request('screen');
        if (left) await held?.release();
        else lock = held ?? null;
      } catch {
        // Battery saver or policy: the meeting goes on without it.
      }
    };
    void hold();
    document.addEventListener('visibilitychange', hold);
    return () => {
      left = true;
      document.removeEventListener('visibilitychange', hold);
      lock?.release().catch(() => {});
    };
  }, []);
};
