// Who asks to come in, by name, on the device of whoever decides.
import { Check, X } from 'lucide-preact';
import { useId } from 'preact/hooks';
import { Button, IconButton } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import { initialsOf, tintOf } from '../../../viewModels/tiles.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

export const WaitingList = ({ model }: { model: MeetingModel }) => {
  const id = useId();
  const { knocks } = model.view.value.hosting;
  if (knocks.length === 0) return null;
  const everybody = knocks.map(({ peerId }) => peerId);
  return (
    <section class="waiting" aria-labelledby={id} data-testid={testIds.waitingList}>
      <header class="waiting-head">
        <h3 id={id}>{t('hosting.waiting', { count: knocks.length })}</h3>
        {knocks.length > 1 && (
          <Button kind="primary" onClick={() => void model.hosts.admit(everybody)} testId={testIds.admitAll}>
            {t('hosting.admitAll')}
          </Button>
        )}
      </header>
      <ul>
        {knocks.map(({ peerId, displayName }) => (
          <Knocking key={peerId} model={model} peerId={peerId} name={nameOf(displayName)} />
        ))}
      </ul>
    </section>
  );
};

const Knocking = ({ model, peerId, name }: { model: MeetingModel; peerId: string; name: string }) => {
  const busy = model.hosts.answering.value.has(peerId);
  return (
    <li class="person" data-peer-id={peerId} data-testid={testIds.knock}>
      <span class="face small" aria-hidden="true" data-tint={tintOf(peerId, 6)}>
        <span>{initialsOf(name)}</span>
      </span>
      <span class="person-name" dir="auto">
        {name}
      </span>
      <Button
        icon={Check}
        disabled={busy}
        aria-label={t('hosting.admitName', { name })}
        onClick={() => void model.hosts.admit([peerId])}
        testId={testIds.admit}
      >
        {t('hosting.admit')}
      </Button>
      <IconButton
        icon={X}
        label={t('hosting.refuseName', { name })}
        disabled={busy}
        onClick={() => void model.hosts.refuse([peerId])}
        testId={testIds.refuse}
      />
    </li>
  );
};
