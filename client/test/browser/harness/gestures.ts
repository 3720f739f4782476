// Hands, reactions and polls as people use them: by role and name.
import { waitForUsable } from './BrowserPage.ts';
import type { Participant } from './Participant.ts';
import { byId } from './selectors.ts';
import { until } from './until.ts';

const OPEN_MENU = '[role="menu"]:popover-open';

/** An entry of the menu behind *more*. */
export async function chooseMore(
  person: Participant,
  entry: 'morePolls' | 'moreSounds' | 'moreReactions',
): Promise<void> {
  await person.page.click(byId('more'));
  await person.page.click(`${OPEN_MENU} ${byId(entry)}`);
}

/** Presses the button, and waits until it says so. */
export async function setHand(person: Participant, up: boolean): Promise<void> {
  await person.page.click(byId('handToggle'));
  await untilHandIs(person, up);
}

export async function untilHandIs(person: Participant, up: boolean): Promise<void> {
  await waitForUsable(person.page, `${byId('handToggle')}[aria-pressed="${up}"]`);
}

/** Names in the line of hands, first first, as the list of people shows them. */
export async function handsInLine(person: Participant): Promise<string[]> {
  await person.people();
  return person.page.evaluate(
    (rows) => [...document.querySelectorAll(rows)].map((row) => row.querySelector('[dir]')?.textContent ?? ''),
    byId('raisedHand'),
  );
}

export async function untilHands(person: Participant, names: string[]): Promise<void> {
  await until(async () => (await handsInLine(person)).join() === names.join(), {
    what: `${person.name} to see the hands of ${names.join(', ') || 'nobody'} in this order`,
  });
}

/** Names beside the numbers on the tiles. */
export async function handsOnTiles(person: Participant): Promise<Record<string, string>> {
  return person.page.evaluate(
    ({ tiles, hand }) => {
      const marks = [...document.querySelectorAll<HTMLElement>(tiles)].flatMap((tile) => {
        const mark = tile.querySelector<HTMLElement>(hand);
        const name = tile.querySelector('.chip-name')?.textContent ?? '';
        return mark === null ? [] : [[name, mark.dataset['place'] ?? '']];
      });
      return Object.fromEntries(marks) as Record<string, string>;
    },
    { tiles: byId('tile'), hand: byId('tileHand') },
  );
}

export interface Draft {
  question: string;
  options: string[];
}

/** By the menu, the form and its button. */
export async function startPoll(person: Participant, { question, options }: Draft): Promise<void> {
  await openPolls(person);
  await person.page.click(byId('newPoll'));
  await person.page.fill(`${byId('pollForm')} input[id$="-question"]`, question);
  for (const [index, option] of options.entries()) {
    await person.page.fill(`${byId('pollForm')} li:nth-child(${index + 1}) input`, option);
  }
  await person.page.click(`${byId('pollForm')} button[type="submit"]`);
  await waitForUsable(person.page, byId('poll'));
}

export async function openPolls(person: Participant): Promise<void> {
  if ((await person.texts(byId('pollsPanel'))).length > 0) return;
  await chooseMore(person, 'morePolls');
  await waitForUsable(person.page, byId('pollsPanel'));
}

export async function vote(person: Participant, option: number): Promise<void> {
  await person.page.click(`${byId('poll')} ${byId('pollChoice', { value: String(option) })}`);
  await person.page.click(`${byId('poll')} button[type="submit"]`);
  await waitForUsable(person.page, byId('pollResult'));
}

/** Votes for each answer, as the page shows them; none where it does not. */
export const counts = (person: Participant): Promise<string> =>
  person.page.evaluate(
    (rows) => [...document.querySelectorAll<HTMLElement>(rows)].map((row) => row.dataset['count']).join(' '),
    byId('pollResult'),
  );

export async function untilCounts(person: Participant, expected: string): Promise<void> {
  await until(async () => (await counts(person)) === expected, {
    what: `${person.name} to see the counts ${expected}`,
  });
}
