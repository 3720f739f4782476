// Light or dark: the system's wish unless the person chose.
import { effect, signal } from '@preact/signals';
import { recall, remember } from './remembered.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const remembered = recall('theme');
export const theme = signal<Theme>(remembered === 'light' || remembered === 'dark' ? remembered : 'system');

export const setTheme = (next: Theme): void => {
  theme.value = next;
  remember('theme', next === 'system' ? null : next);
};

/** Keeps `<html data-theme>` as chosen; absent means the system decides (tokens.css). */
export const applyTheme = (root: HTMLElement): (() => void) =>
  effect(() => {
    if (theme.value === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = theme.value;
  });
