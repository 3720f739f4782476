// What people do who lead a room, and what those meet who want to come in, by the controls of the page.
import { waitForUsable } from './BrowserPage.ts';
import type { Participant } from './Participant.ts';
import { byId } from './selectors.ts';
import { until } from './until.ts';

/** The row of somebody in a list, by the name that people see there. */
async function rowOf(person: Participant, list: 'person' | 'knock', name: string): Promise<string> {
  await person.people();
  const peerId = await until(
    () =>
      person.page.evaluate(
        ({ css, wanted }) =>
          [...document.querySelectorAll<HTMLElement>(css)].find((row) => row.innerText.includes(wanted))?.dataset[
            'peerId'
          ] ?? null,
        { css: byId(list), wanted: name },
      ),
    { what: `${person.name} to see ${name} in the list (${list})` },
  );
  return byId(list, { 'peer-id': peerId });
}

export async function chooseMode(person: Participant, mode: 'open' | 'approve' | 'locked'): Promise<void> {
  await person.people();
  const choice = byId('mode', { value: mode });
  await person.page.click(choice);
  const isChosen = (): Promise<boolean> =>
    person.page.evaluate((css) => document.querySelector<HTMLInputElement>(css)?.checked ?? false, choice);
  await until(isChosen, { what: `${person.name}’s choice of ${mode}` });
}

/** Whether the page offers them to choose who may come in. */
export async function leads(person: Participant): Promise<boolean> {
  await person.people();
  return (await person.texts(byId('newLink'))).length > 0;
}

/** Name → role, as the badges in the list say. */
export async function badges(person: Participant): Promise<Record<string, string>> {
  await person.people();
  return person.page.evaluate(
    ({ rows, chip }) => {
      const found = [...document.querySelectorAll<HTMLElement>(rows)].flatMap((row) => {
        const role = row.querySelector<HTMLElement>(chip)?.dataset['role'];
        return role === undefined ? [] : [[row.querySelector('[dir]')?.textContent ?? '', role]];
      });
      return Object.fromEntries(found) as Record<string, string>;
    },
    { rows: byId('person'), chip: byId('roleChip') },
  );
}

export async function admit(person: Participant, name: string): Promise<void> {
  await person.page.click(`${await rowOf(person, 'knock', name)} ${byId('admit')}`);
}

export async function refuse(person: Participant, name: string): Promise<void> {
  await person.page.click(`${await rowOf(person, 'knock', name)} ${byId('refuse')}`);
}

/** An entry of the menu about somebody, by its words; waits until it is offered. */
export async function chooseAbout(person: Participant, other: Participant, label: string): Promise<void> {
  const labels = '[role="menu"]:popover-open .menu-label';
  const choose = async (): Promise<boolean> => {
    // What is offered follows what the others' devices do, so the menu is opened anew until it is there.
    await person.page.click(`${await rowOf(person, 'person', other.name)} ${byId('personMenu')}`);
    const isChosen = await person.page.evaluate(
      ({ css, wanted }) => {
        const found = [...document.querySelectorAll<HTMLElement>(css)].find((one) => one.innerText === wanted);
        found?.click();
        return found !== undefined;
      },
      { css: labels, wanted: label },
    );
    if (!isChosen) await person.page.press('Escape');
    return isChosen;
  };
  await until(choose, { what: `${person.name} to be offered “${label}” for ${other.name}` });
}

/** By the menu in the list, as far as the question. */
export async function askRemoval(person: Participant, other: Participant): Promise<void> {
  await person.page.click(`${await rowOf(person, 'person', other.name)} ${byId('personMenu')}`);
  await person.page.click(`[role="menu"]:popover-open ${byId('removePerson')}`);
  await waitForUsable(person.page, byId('confirmRemoval'));
}

/** With what is chosen to be done about the link. */
export async function confirmRemoval(
  person: Participant,
  next: 'approve' | 'locked' | 'newLink' | 'nothing',
): Promise<void> {
  await person.page.click(byId('afterRemoval', { value: next }));
  await person.page.click(byId('confirmRemoval'));
}

/** The link that the dialog shows once the old one is worth nothing. */
export async function makeNewLink(person: Participant): Promise<string> {
  await person.people();
  await person.page.click(byId('newLink'));
  await person.page.click(byId('confirmNewLink'));
  const field = `${byId('newLinkDialog')} ${byId('inviteLink')}`;
  const link = await until(
    () => person.page.evaluate((css) => document.querySelector<HTMLInputElement>(css)?.value ?? null, field),
    { what: 'the new link' },
  );
  await person.page.press('Escape');
  return link;
}

/** As from a mail: a link to the room that the page shows already would change nothing in it. */
export async function openAfresh(person: Participant, link: string): Promise<void> {
  await person.page.goto('about:blank');
  await person.openLink(link);
}

/** Opens the link and asks to come in; resolves once the page says what it waits for. */
export async function knock(person: Participant, link: string, step: 'waitingForHost' | 'locked'): Promise<void> {
  await openAfresh(person, link);
  await person.tryToEnter();
  await waitForUsable(person.page, byId('joinStep', { step }));
}

export async function untilEnded(person: Participant, reason: string): Promise<string> {
  await waitForUsable(person.page, byId('ended', { reason }));
  return (await person.texts(byId('ended'))).join(' ');
}

export const untilPeople = (person: Participant, count: number): Promise<boolean> =>
  until(async () => (await person.people()).length === count, {
    timeoutMs: 60_000,
    what: `${person.name} to have ${count} in the list`,
  });

/** By the menu beside *leave*, and the question that follows. */
export async function endForAll(person: Participant): Promise<void> {
  await person.page.click(byId('leaveMenu'));
  await person.page.click(`[role="menu"]:popover-open ${byId('endForAll')}`);
  await person.page.click(byId('confirmEnd'));
}
