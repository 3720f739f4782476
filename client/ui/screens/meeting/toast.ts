// A short message that passes, as the page shows it.

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'warning';
  /** Whose knock it tells of: it goes with the knock, and lets them in with a press. */
  knock?: string;
  /** After which it says nothing that is true. */
  until?: 'offline';
  /** What a press on it does; then it goes. */
  action?: { label: string; run(): void };
}
