// What people do with files in a meeting, by the controls of the page, and files to do it with.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Download } from 'playwright-core';
import type { Participant } from './Participant.ts';
import { byId } from './selectors.ts';
import { until } from './until.ts';

/** Random, with words in it that can be looked for. */
export function makeFile(folder: string, name: string, bytes: number, words: string): { file: string; hash: string } {
  const content = randomBytes(bytes);
  content.write(words, Math.floor(bytes / 2));
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return { file, hash: hashOf(content) };
}

export const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
export const hashOfFile = (file: string): string => hashOf(readFileSync(file));

/** As a person sees it: the card's state, its words, and how far its bar is. */
export interface SeenFile {
  state: string;
  text: string;
  percent: number | null;
}

/** Gives a file of its own making; resolves with its hash as soon as the page has it. */
export async function giveFile(person: Participant, folder: string, name: string): Promise<string> {
  const { file, hash } = makeFile(folder, name, 700_000, name);
  await person.page.pickFiles(byId('fileInput'), [file]);
  return hash;
}

/** @param downloads of that person's pages, as they come. Resolves with the hash of what was saved. */
export async function fetchFile(person: Participant, name: string, downloads: readonly Download[]): Promise<string> {
  await untilFile(person, name, 'offered');
  const before = downloads.length;
  await pressFile(person, name, 'fileSave');
  const saved = await until(() => downloads[before], { timeoutMs: 60_000, what: `${name} at ${person.name}’s` });
  return hashOfFile(await saved.path());
}

export async function openChat(person: Participant): Promise<void> {
  const isOpen = (): Promise<boolean> =>
    person.page.evaluate((css) => document.querySelector(css) !== null, byId('chatPanel'));
  if (!(await isOpen())) await person.page.click(byId('chatToggle'));
  await until(isOpen, { what: `${person.name}’s chat` });
}

export async function seenFile(person: Participant, name: string): Promise<SeenFile | null> {
  return person.page.evaluate(
    ({ cards, bar, wanted }) => {
      const card = [...document.querySelectorAll<HTMLElement>(cards)].find((one) => one.innerText.includes(wanted));
      if (card === undefined) return null;
      const now = card.querySelector(bar)?.getAttribute('aria-valuenow') ?? null;
      return { state: card.dataset['state'] ?? '', text: card.innerText, percent: now === null ? null : Number(now) };
    },
    { cards: byId('fileCard'), bar: byId('fileBar'), wanted: name },
  );
}

/** Waits until it is in one of `states`, and says how it looks then. */
export function untilFile(person: Participant, name: string, ...states: string[]): Promise<SeenFile> {
  return until(
    async () => {
      const seen = await seenFile(person, name);
      return seen !== null && states.includes(seen.state) ? seen : null;
    },
    { timeoutMs: 60_000, what: `${name} to be ${states.join(' or ')} at ${person.name}’s` },
  );
}

/** Waits until the chat's list has items with these words, of whatever kind, one below the other. */
export function untilInOrder(person: Participant, ...words: string[]): Promise<boolean> {
  const items = `${byId('chatPanel')} [data-key]`;
  return until(
    async () => {
      const texts = await person.texts(items);
      const places = words.map((word) => texts.findIndex((text) => text.includes(word)));
      return places.every((place, index) => place > (places[index - 1] ?? -1));
    },
    { what: `${words.join(', ')} in this order at ${person.name}’s` },
  );
}

export async function pressFile(
  person: Participant,
  name: string,
  control: 'fileSave' | 'filePause' | 'fileResume' | 'fileCancel' | 'fileRemove',
): Promise<void> {
  await person.page.click(`${byId(control)}[aria-label*="${name}"]`);
}
