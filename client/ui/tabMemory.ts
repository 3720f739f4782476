// What this tab remembers until it is closed: small strings in sessionStorage, which may be closed to us.

/** `admin`: the token of whoever runs the server. `loads`: how often a page that did not load completely was loaded again by itself. `iso.`: in that room, what this person said to being recorded for who produces. */
type TabKey = 'admin' | 'loads' | `link.${string}` | `split.${string}` | `iso.${string}`;

const PREFIX = 'conclave.';

export const recallInTab = (key: TabKey): string | null => {
  try {
    return globalThis.sessionStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
};

/** Null forgets. Full or closed storage remembers nothing and breaks nothing. */
export const rememberInTab = (key: TabKey, value: string | null): void => {
  try {
    if (value === null) globalThis.sessionStorage.removeItem(PREFIX + key);
    else globalThis.sessionStorage.setItem(PREFIX + key, value);
  } catch {
    // A reload will then ask for it again.
  }
};
