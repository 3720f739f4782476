// All scenarios, in the order in which they run.
import type { Scenario } from '../Scenario.ts';
import { abuse } from './abuse.ts';
import { churn } from './churn.ts';
import { event } from './event.ts';
import { pages } from './pages.ts';
import { rooms } from './rooms.ts';
import { storm } from './storm.ts';

export const SCENARIOS: readonly Scenario[] = [storm, rooms, churn, event, abuse, pages];
