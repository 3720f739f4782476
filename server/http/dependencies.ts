// What the HTTP side is given by the composition root.
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { AccessTokens, Clock } from '../rooms/ports.ts';
import type { RoomDirectory } from '../rooms/RoomDirectory.ts';
import type { OriginRules } from '../util/origin.ts';
import type { AdminAccess } from './adminRoutes.ts';

export interface HttpDependencies {
  directory: RoomDirectory;
  tokens: AccessTokens;
  metrics: Metrics;
  log: Log;
  clock: Pick<Clock, 'now'>;
  origins: OriginRules;
  /** The built page. */
  clientDir: string;
  /** Null: there is no admin page here. */
  admin: AdminAccess | null;
  /** Who shows it may read `/metrics`; without one whoever asks from this machine may. */
  metricsToken: string | undefined;
  readiness(): { isDraining: boolean; hasWorker: boolean };
}
