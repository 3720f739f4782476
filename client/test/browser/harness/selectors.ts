// How tests name what is on the page: by the test ids of the UI and by what people see.
import { testIds } from '../../../ui/testIds.ts';

export const byId = (id: keyof typeof testIds, attributes: Record<string, string> = {}): string =>
  [
    `[data-testid="${testIds[id]}"]`,
    ...Object.entries(attributes).map(([name, value]) => `[data-${name}="${value}"]`),
  ].join('');
