// The keys of the meeting, and when they must not act (PRODUCT: ignored with modifiers, in inputs and on buttons).
import { signal } from '@preact/signals';
import { tinykeys } from 'tinykeys';
import { recall, remember } from './remembered.ts';

export interface ShortcutActions {
  mic(): void;
  camera(): void;
  screen(): void;
  hand(): void;
  chat(): void;
  people(): void;
  layout(): void;
  fullScreen(): void;
  pip(): void;
  help(): void;
  /** Space goes down (true) and up (false); only between the two is the microphone on. */
  talk(on: boolean): void;
  canTalk(): boolean;
  /** The same with B, for who produces a show. */
  talkBack(on: boolean): void;
  canTalkBack(): boolean;
}

/** WCAG 2.1.4: single-key shortcuts can be switched off. */
export const singleKeysOn = signal(recall('shortcuts') !== 'off');

export const setSingleKeys = (on: boolean): void => {
  singleKeysOn.value = on;
  remember('shortcuts', on ? null : 'off');
};

const BUSY =
  'input, textarea, select, button, a[href], summary, [contenteditable], [role=button], [role^=menuitem], dialog';

/** Whether a single key belongs to what has the focus, or is part of a held key or a composition. */
const isTaken = (event: KeyboardEvent): boolean =>
  !singleKeysOn.value ||
  event.repeat ||
  event.isComposing ||
  event.defaultPrevented ||
  document.querySelector('dialog[open]') !== null ||
  (event.target instanceof Element && event.target.closest(BUSY) !== null);

const singleKeys = (actions: ShortcutActions) => ({
  m: actions.mic,
  v: actions.camera,
  d: actions.screen,
  r: actions.hand,
  c: (event: KeyboardEvent) => {
    // Or the letter lands in the field that opens.
    event.preventDefault();
    actions.chat();
  },
  p: actions.people,
  w: actions.layout,
  f: actions.fullScreen,
  i: actions.pip,
  '[Shift]+?': actions.help,
});

/** A button pressed with the mouse keeps the focus, and with it the keys; those who use the keyboard keep theirs. */
const letGo = (event: MouseEvent): void => {
  const focused = document.activeElement;
  const byMouse = event instanceof PointerEvent && event.pointerType === 'mouse';
  if (byMouse && focused instanceof HTMLButtonElement && focused.closest('dialog, [role=menu]') === null)
    focused.blur();
};

/** Before joining there is little to press a key for. Listens until the returned function is called. */
export const createPreJoinKeys = (actions: Pick<ShortcutActions, 'mic' | 'camera' | 'help'>): (() => void) => {
  const stop = tinykeys(window, { m: actions.mic, v: actions.camera, '[Shift]+?': actions.help }, { ignore: isTaken });
  window.addEventListener('click', letGo);
  return () => {
    stop();
    window.removeEventListener('click', letGo);
  };
};

export interface WatchKeys {
  pause(): void;
  sound(): void;
  louder(): void;
  quieter(): void;
  fullScreen(): void;
  pip(): void;
  live(): void;
  captions(): void;
  details(): void;
}

/** Of who watches an event. Listens until the returned function is called. */
export const createWatchShortcuts = (actions: WatchKeys): (() => void) => {
  const still = (act: () => void) => (event: KeyboardEvent) => {
    // Or the page scrolls.
    event.preventDefault();
    act();
  };
  const stop = tinykeys(
    window,
    {
      Space: still(actions.pause),
      k: actions.pause,
      m: actions.sound,
      ArrowUp: still(actions.louder),
      ArrowDown: still(actions.quieter),
      f: actions.fullScreen,
      i: actions.pip,
      l: actions.live,
      c: actions.captions,
      '[Shift]+?': actions.details,
    },
    { ignore: isTaken },
  );
  window.addEventListener('click', letGo);
  return () => {
    stop();
    window.removeEventListener('click', letGo);
  };
};

/** A key that acts for as long as it is held. Listens until the returned function is called. */
const createHold = (key: string, code: string, act: (on: boolean) => void, can: () => boolean): (() => void) => {
  let isHeld = false;
  const end = (): void => {
    if (!isHeld) return;
    isHeld = false;
    act(false);
  };
  const press = (event: KeyboardEvent): void => {
    event.preventDefault();
    if (isHeld || !can()) return;
    isHeld = true;
    act(true);
  };
  const stop = tinykeys(window, { [key]: press }, { ignore: isTaken });
  const release = (event: KeyboardEvent): void => {
    if (event.code === code || event.key.toLowerCase() === key) end();
  };
  window.addEventListener('keyup', release);
  // A window that loses the focus never hears the key go up.
  window.addEventListener('blur', end);
  return () => {
    stop();
    window.removeEventListener('keyup', release);
    window.removeEventListener('blur', end);
    end();
  };
};

/** Listens until the returned function is called. */
export const createShortcuts = (actions: ShortcutActions): (() => void) => {
  const stops = [
    createHold('Space', 'Space', actions.talk, actions.canTalk),
    createHold('b', '', actions.talkBack, actions.canTalkBack),
    tinykeys(window, singleKeys(actions), { ignore: isTaken }),
    tinykeys(
      window,
      {
        // The browser's own meaning (bookmark, address bar) gives way, as in every other meeting page.
        '$mod+d': (event) => (event.preventDefault(), actions.mic()),
        '$mod+e': (event) => (event.preventDefault(), actions.camera()),
      },
      { ignore: (event) => event.repeat },
    ),
  ];
  window.addEventListener('click', letGo);
  return () => {
    for (const stop of stops) stop();
    window.removeEventListener('click', letGo);
  };
};
