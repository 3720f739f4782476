// What stands on the stage of who sees nobody: an invitation to send, or who is on their way back.
import { X } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { IconButton } from '../../components/Button.tsx';
import { InviteField } from '../../components/InviteField.tsx';
import { language, t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import { shortened } from '../../viewModels/safety.ts';
import type { MeetingModel } from './MeetingModel.ts';
import { nameOf } from './words.ts';

const MOST_NAMES = 4;

export const Company = ({ model, linkText }: { model: MeetingModel; linkText: string }) => {
  const { awaited } = model.view.value;
  return awaited.length > 0 ? <Awaited names={awaited} /> : <Alone linkText={linkText} />;
};

const Awaited = ({ names }: { names: readonly string[] }) => {
  const { shown, more } = shortened(names.map(nameOf), MOST_NAMES);
  const parts = [...shown, ...(more > 0 ? [t('restart.awaited.more', { count: more })] : [])];
  const list = new Intl.ListFormat(language.value, { type: 'conjunction' }).format(parts);
  return (
    <section class="alone" data-testid={testIds.awaited} role="status">
      <h2>{t('restart.awaited.title')}</h2>
      <p>{t('restart.awaited.text', { names: list })}</p>
    </section>
  );
};

/** Hidden by choice, it comes back when one is alone anew. */
const Alone = ({ linkText }: { linkText: string }) => {
  const [hidden, setHidden] = useState(false);
  if (hidden) return null;
  return (
    <section class="alone">
      <header class="alone-head">
        <h2>{t('meeting.alone.title')}</h2>
        <IconButton small icon={X} label={t('meeting.alone.hide')} onClick={() => setHidden(true)} />
      </header>
      <p>{t('meeting.alone.text')}</p>
      <InviteField link={linkText} />
    </section>
  );
};
