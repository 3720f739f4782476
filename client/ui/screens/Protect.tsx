// What Conclave can and cannot protect: a page to read, to print and to send, with the claims of THREATS.md and no other.
import {
  ArrowLeft,
  Eye,
  EyeOff,
  ListChecks,
  MessageSquareWarning,
  RadioTower,
  SearchCheck,
  ShieldOff,
  SlidersHorizontal,
  type LucideIcon,
} from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { AppModel } from '../AppModel.ts';
import { Wordmark } from '../components/Mark.tsx';
import { Settings } from '../components/Settings.tsx';
import { useTitle } from '../components/useTitle.ts';
import { t } from '../i18n/index.ts';
import { testIds } from '../testIds.ts';

/** The build's own list of itself, and how to report a hole; both are served beside the page (PROTOCOL.md). */
const BUILD_LIST = '/.well-known/conclave-build.json';
const HOW_TO_REPORT = '/SECURITY.txt';

export const Protect = ({ app }: { app: AppModel }) => {
  useTitle(t('protect.title'));
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus(), []);
  return (
    <div class="protect" data-testid={testIds.protect}>
      <header class="home-head">
        <Wordmark />
        <Settings />
      </header>
      <main class="protect-main">
        <p>
          <BackLink app={app} />
        </p>
        <h1 ref={title} tabIndex={-1}>
          {t('protect.title')}
        </h1>
        <p class="protect-claim">{t('protect.claim')}</p>
        <Claims />
        <HowToCheck />
        <Section icon={MessageSquareWarning} title={t('protect.report')}>
          <p>{t('protect.report.text')}</p>
          <p>
            <a href={HOW_TO_REPORT}>{t('protect.report.link')}</a>
          </p>
        </Section>
        <p class="hint">{t('protect.version', { origin: location.origin })}</p>
      </main>
    </div>
  );
};

const BackLink = ({ app }: { app: AppModel }) => (
  <a
    class="protect-back"
    href="/"
    onClick={(event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      app.goHome();
    }}
    data-testid={testIds.protectBack}
  >
    <ArrowLeft size={18} aria-hidden="true" />
    {t('protect.back')}
  </a>
);

const Section = ({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children: ComponentChildren }) => (
  <section>
    <h2>
      <Icon size={20} aria-hidden="true" />
      {title}
    </h2>
    {children}
  </section>
);

const Claims = () => (
  <>
    <Section icon={EyeOff} title={t('protect.sealed')}>
      <ul>
        <li>{t('protect.sealed.media')}</li>
        <li>{t('protect.sealed.chat')}</li>
      </ul>
      <p>{t('protect.sealed.how')}</p>
    </Section>
    <Section icon={ListChecks} title={t('protect.if')}>
      <ol>
        {(['page', 'link', 'list'] as const).map((what) => (
          <li key={what}>
            <strong>{t(`protect.if.${what}`)}</strong> {t(`protect.if.${what}Text`)}
          </li>
        ))}
      </ol>
    </Section>
    <Section icon={Eye} title={t('protect.sees')}>
      <ul>
        {(['who', 'sizes', 'speaks'] as const).map((what) => (
          <li key={what}>{t(`protect.sees.${what}`)}</li>
        ))}
      </ul>
    </Section>
    <Section icon={RadioTower} title={t('protect.events')}>
      <ul>
        {(['public', 'signed', 'backstage', 'machines', 'late'] as const).map((what) => (
          <li key={what}>{t(`protect.events.${what}`)}</li>
        ))}
      </ul>
    </Section>
    <Section icon={SlidersHorizontal} title={t('protect.can')}>
      <ul>
        {(['drop', 'delay', 'split'] as const).map((what) => (
          <li key={what}>{t(`protect.can.${what}`)}</li>
        ))}
      </ul>
    </Section>
    <Section icon={ShieldOff} title={t('protect.not')}>
      <ul>
        {(['audited', 'quantum', 'anonymous', 'unnoticed', 'unrecorded'] as const).map((what) => (
          <li key={what}>{t(`protect.not.${what}`)}</li>
        ))}
      </ul>
    </Section>
  </>
);

const HowToCheck = () => (
  <Section icon={SearchCheck} title={t('protect.check')}>
    <h3>{t('protect.check.code')}</h3>
    <p>{t('protect.check.codeText')}</p>
    <h3>{t('protect.check.build')}</h3>
    <p>{t('protect.check.buildText')}</p>
    <pre tabIndex={0}>
      <code>npm run verify:build -- {location.origin}</code>
    </pre>
    <p>{t('protect.check.buildResult')}</p>
    <p>
      <a href={BUILD_LIST}>{t('protect.check.list')}</a>
    </p>
  </Section>
);
