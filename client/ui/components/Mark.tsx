// The brand: a keyhole that closes into a lock once the room is confirmed sealed.
import type { SecurityView } from '#core';

/** The keyhole alone. Decorative: the words beside it say what it means. */
export const Keyhole = ({ size = 24 }: { size?: number }) => (
  <svg class="keyhole" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path fill="currentColor" d="M12 3.2a5 5 0 0 0-2.6 9.3L7.6 20.8h8.8l-1.8-8.3A5 5 0 0 0 12 3.2Z" />
  </svg>
);

export const Wordmark = () => (
  <span class="wordmark">
    <Keyhole size={28} />
    <span>Conclave</span>
  </span>
);

/** Open shackle and bare keyhole while securing; a closed shackle only once sealed. */
export const LockMark = ({ state, size = 20 }: { state: SecurityView['state']; size?: number }) => (
  <svg
    class="lock-mark"
    data-state={state}
    width={size}
    height={size}
    viewBox="0 0 24 24"
    aria-hidden="true"
    focusable="false"
  >
    <path
      class="lock-shackle"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      d="M7.5 11V7.5a4.5 4.5 0 0 1 9 0V11"
    />
    <path
      fill="currentColor"
      fill-rule="evenodd"
      d="M6.5 10.5h11A1.5 1.5 0 0 1 19 12v7.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19.5V12a1.5 1.5 0 0 1 1.5-1.5Zm5.5 2.2a1.9 1.9 0 0 0-1 3.5l-.6 2.8h3.2l-.6-2.8a1.9 1.9 0 0 0-1-3.5Z"
    />
  </svg>
);
