// For the pages of meetings, halls and feeds: in a built page, all that `words.ts` leaves out. An audience's page is spared them.
import { addWords } from './index.ts';

addWords({ en: () => ({}), fr: () => ({}) });
