// What people do with a message of the chat, by the keys and controls of the page.
import type { Participant } from './Participant.ts';
import { byId } from './selectors.ts';
import { until } from './until.ts';

/** Brings the focus to the message with these words, as arrow keys do, and with it its tools. */
export async function takeUp(person: Participant, words: string): Promise<void> {
  const focus = (): Promise<boolean> =>
    person.page.evaluate(
      ({ css, text, tools }) => {
        const row = [...document.querySelectorAll<HTMLElement>(css)].find((each) => each.innerText.includes(text));
        row?.focus();
        return (row?.querySelector(tools) ?? null) !== null;
      },
      { css: byId('chatMessage'), text: words, tools: byId('chatMore') },
    );
  await until(focus, { what: `${person.name} to take up “${words}”` });
}
