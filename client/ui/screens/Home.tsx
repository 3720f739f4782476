// The start page: make a room, or join one by its link.
import { KeyRound, Plus, Server, ShieldCheck, type LucideIcon } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import type { AppModel, HomeFault } from '../AppModel.ts';
import { Button } from '../components/Button.tsx';
import { Wordmark } from '../components/Mark.tsx';
import { Problem } from '../components/Problem.tsx';
import { JoinByLink } from '../components/JoinByLink.tsx';
import { KeptRecordings } from '../components/KeptRecordings.tsx';
import { ProtectLink } from '../components/ProtectLink.tsx';
import { Settings } from '../components/Settings.tsx';
import { useTitle } from '../components/useTitle.ts';
import { t } from '../i18n/index.ts';
import type { MessageKey } from '../i18n/en.ts';
import { testIds } from '../testIds.ts';
import { KeyPlate } from './KeyPlate.tsx';

export const Home = ({ app, fault }: { app: AppModel; fault: HomeFault | null }) => {
  useTitle(null);
  const creating = app.creating.value;
  const busy = creating.state === 'busy';
  return (
    <div class="home">
      <header class="home-head">
        <Wordmark />
        <Settings />
      </header>
      <main class="home-main">
        <div class="home-words">
          <h1>{t('home.headline')}</h1>
          <p class="home-line">{t('home.line')}</p>
          {fault !== null && <Problem fault={fault}>{t(`link.${fault}`)}</Problem>}
          {creating.state === 'failed' && (
            <Problem fault={creating.fault} action={creating.fault === 'draining' && <TryAgain app={app} />}>
              {t(`home.createFailed.${creating.fault}`)}
            </Problem>
          )}
          <div class="home-actions">
            <Button
              kind="primary"
              large
              icon={Plus}
              disabled={busy}
              aria-busy={busy}
              onClick={() => void app.newMeeting()}
              testId={testIds.newMeeting}
            >
              {busy ? t('home.creating') : t('home.new')}
            </Button>
            <JoinByLink app={app} />
          </div>
          <KeptRecordings within="page" />
        </div>
        <KeyPlate />
      </main>
      <footer class="home-facts">
        <Fact icon={KeyRound} name="account" />
        <Fact icon={ShieldCheck} name="sealed">
          <ProtectLink onFollow={() => app.openProtect()} />
        </Fact>
        <Fact icon={Server} name="yours" />
      </footer>
    </div>
  );
};

const TryAgain = ({ app }: { app: AppModel }) => (
  <Button onClick={() => void app.newMeeting()}>{t('home.tryAgain')}</Button>
);

type FactName = Extract<MessageKey, `home.fact.${string}.title`> extends `home.fact.${infer N}.title` ? N : never;

const Fact = ({ icon: Icon, name, children }: { icon: LucideIcon; name: FactName; children?: ComponentChildren }) => (
  <div class="fact">
    <Icon size={20} aria-hidden="true" />
    <div>
      <h2>{t(`home.fact.${name}.title`)}</h2>
      <p>
        {t(`home.fact.${name}.text`)} {children}
      </p>
    </div>
  </div>
);
