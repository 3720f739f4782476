// The bench inside a browser's worker: takes its plan from whoever served it, and sends back what it measured.
import { measure } from './measure.ts';
import type { Part, Plan } from './plan.ts';

export interface BrowserOrder {
  plan: Plan;
  parts: readonly Part[];
}

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(path, { method: 'POST', body: JSON.stringify(body) });

async function run(): Promise<void> {
  const { plan, parts } = (await (await fetch('/order')).json()) as BrowserOrder;
  const cpuSeconds = async (): Promise<number> => Number(await (await fetch('/cpu')).text());
  await post('/done', { samples: await measure(plan, parts, cpuSeconds) });
}

run().catch((error: unknown) => post('/done', { error: String(error) }));
