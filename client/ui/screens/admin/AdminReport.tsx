// What the server said: findings first, since they are why somebody looks, then numbers, machine, build and settings.
import { CircleAlert, CircleCheck, CircleX, type LucideIcon } from 'lucide-preact';
import { SERVER_FINDINGS, type AdminStatus, type Level, type ServerFinding } from '../../../platform/adminLine.ts';
import { findingWords, tAdmin } from '../../i18n/adminWords.ts';
import { language } from '../../i18n/index.ts';
import { percentText, sizeText, spanText } from '../../i18n/size.ts';
import { testIds } from '../../testIds.ts';
import type { AdminState, Sample } from './AdminModel.ts';
import { Chart } from './Chart.tsx';

type Shown = Extract<AdminState, { phase: 'shown' }>;

export const AdminReport = ({ shown, history }: { shown: Shown; history: readonly Sample[] }) => {
  const { status, line } = shown;
  return (
    <div class="admin-report" data-line={line} data-testid={testIds.adminReport}>
      <div role="status" class="admin-notes">
        {line === 'lost' && <Note icon={CircleAlert}>{tAdmin('admin.lost')}</Note>}
        {status.isDraining && <Note icon={CircleAlert}>{tAdmin('admin.draining')}</Note>}
      </div>
      <Findings findings={status.findings} />
      <Numbers history={history} />
      <Facts status={status} />
    </div>
  );
};

const Note = ({ icon: Icon, children }: { icon: LucideIcon; children: string }) => (
  <p class="admin-note">
    <Icon size={20} aria-hidden="true" />
    <span>{children}</span>
  </p>
);

const ICONS: Readonly<Record<Level, LucideIcon>> = { broken: CircleX, warning: CircleAlert, ok: CircleCheck };

const Findings = ({ findings }: { findings: readonly ServerFinding[] }) => {
  const of = (level: Level): ServerFinding[] => findings.filter(({ code }) => SERVER_FINDINGS[code] === level);
  const bad = [...of('broken'), ...of('warning')];
  const good = of('ok');
  return (
    <section aria-labelledby="admin-findings">
      <h2 id="admin-findings">{tAdmin('admin.findings')}</h2>
      {bad.length === 0 ? (
        <p class="admin-well">
          <CircleCheck size={20} aria-hidden="true" />
          {tAdmin('admin.allWell')}
        </p>
      ) : (
        <ul class="admin-findings">
          {bad.map((finding) => (
            <Finding key={finding.code} finding={finding} />
          ))}
        </ul>
      )}
      <details>
        <summary data-testid={testIds.adminWell}>{tAdmin('admin.well', { count: good.length })}</summary>
        <ul class="admin-findings">
          {good.map((finding) => (
            <Finding key={finding.code} finding={finding} />
          ))}
        </ul>
      </details>
      <p class="hint">
        {tAdmin('admin.doctor')} <code>npm run doctor</code>
      </p>
    </section>
  );
};

const Finding = ({ finding: { code, values } }: { finding: ServerFinding }) => {
  const level = SERVER_FINDINGS[code];
  const { says, mend } = findingWords(code, values);
  const Icon = ICONS[level];
  return (
    <li data-level={level} data-code={code} data-testid={testIds.adminFinding}>
      <Icon size={20} aria-hidden="true" />
      <div>
        <p>
          <span class={level === 'ok' ? 'visually-hidden' : 'admin-level'}>{tAdmin(`admin.level.${level}`)}</span>{' '}
          {says}
        </p>
        {mend !== null && <p class="muted">{mend}</p>}
      </div>
    </li>
  );
};

const count = (value: number): string => new Intl.NumberFormat(language.value).format(value);
const milliseconds = (value: number): string =>
  new Intl.NumberFormat(language.value, { style: 'unit', unit: 'millisecond', unitDisplay: 'short' }).format(
    Math.round(value),
  );

const Numbers = ({ history }: { history: readonly Sample[] }) => {
  const line = (read: (sample: Sample) => number): number[][] => [history.map(read)];
  const workers = history.at(-1)?.cpu.length ?? 0;
  // A Worker that came later has no line before that.
  const cpu = Array.from({ length: workers }, (_, index) =>
    history.flatMap((sample) => sample.cpu.slice(index, index + 1)),
  );
  return (
    <section aria-labelledby="admin-now">
      <h2 id="admin-now">{tAdmin('admin.now')}</h2>
      <dl class="admin-charts">
        <Chart title={tAdmin('admin.chart.rooms')} lines={line(({ rooms }) => rooms)} format={count} least={4} />
        <Chart title={tAdmin('admin.chart.people')} lines={line(({ people }) => people)} format={count} least={4} />
        <Chart title={tAdmin('admin.chart.viewers')} lines={line(({ viewers }) => viewers)} format={count} least={4} />
        <Chart
          title={tAdmin('admin.chart.connections')}
          lines={line(({ connections }) => connections)}
          format={count}
          least={4}
        />
        <Chart title={tAdmin('admin.chart.cpu')} lines={cpu} format={percentText} least={1} />
        <Chart
          title={tAdmin('admin.chart.memory')}
          lines={line(({ residentBytes }) => residentBytes)}
          format={sizeText}
          least={1}
        />
        <Chart
          title={tAdmin('admin.chart.loop')}
          lines={line(({ loopDelayMs }) => loopDelayMs)}
          format={milliseconds}
          least={100}
        />
      </dl>
    </section>
  );
};

const Facts = ({ status }: { status: AdminStatus }) => {
  const { memory, disk, workerDeaths, version, commit, nowMs, startedAtMs, settings } = status;
  const share = ({ freeBytes, totalBytes }: { freeBytes: number; totalBytes: number }): string =>
    tAdmin('admin.ofTotal', { free: sizeText(freeBytes), total: sizeText(totalBytes) });
  return (
    <>
      <FactList
        id="admin-machine"
        title={tAdmin('admin.machine')}
        facts={[
          [tAdmin('admin.memoryFree'), share(memory)],
          [tAdmin('admin.diskFree'), disk === null ? tAdmin('admin.chart.none') : share(disk)],
          [tAdmin('admin.deaths'), count(workerDeaths)],
        ]}
      />
      <FactList
        id="admin-build"
        title={tAdmin('admin.build')}
        facts={[
          [tAdmin('admin.version'), version],
          [tAdmin('admin.commit'), commit?.slice(0, 12) ?? tAdmin('admin.noCommit')],
          [tAdmin('admin.running'), spanText((nowMs - startedAtMs) / 1000)],
        ]}
      />
      <FactList
        id="admin-settings"
        title={tAdmin('admin.settings')}
        facts={settings.map(({ name, value }) => [name, value === '' ? tAdmin('admin.unset') : value])}
      />
    </>
  );
};

const FactList = ({
  id,
  title,
  facts,
}: {
  id: string;
  title: string;
  facts: readonly (readonly [string, string])[];
}) => (
  <section aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    <dl class="admin-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  </section>
);
