// Behind the lock: the confirmed state, the safety code, every device that holds keys, and what the server can do.
import { Check, Copy, MonitorSmartphone } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { SecurityView } from '#core';
import { Button } from '../../components/Button.tsx';
import { copyText } from '../../components/CopyField.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { LockMark } from '../../components/Mark.tsx';
import { ServerFacts } from '../../components/ServerFacts.tsx';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import { sealState } from '../../viewModels/announcements.ts';
import type { MeetingModel } from './MeetingModel.ts';
import { nameOf } from './words.ts';

export const SecurityDialog = ({ model, onClose }: { model: MeetingModel; onClose: () => void }) => {
  const { security } = model.view.value;
  const seal = sealState(security);
  return (
    <Dialog title={t('security.title')} onClose={onClose} testId={testIds.securityDialog}>
      <div class="seal-state" data-state={security.state}>
        <LockMark state={security.state} size={32} />
        <div>
          <p class="seal-headline">{t(`security.${seal}`)}</p>
          <p>{t(`security.${seal}Text`)}</p>
        </div>
      </div>
      {security.state === 'sealed' && <SealedFacts security={security} />}
      <ServerFacts />
    </Dialog>
  );
};

type Sealed = Extract<SecurityView, { state: 'sealed' }>;

const SealedFacts = ({ security }: { security: Sealed }) => (
  <>
    <section>
      <h3>{t('security.code')}</h3>
      <SafetyDigits digits={security.safetyCode.digits} />
      <p class="hint">{t('security.codeText')}</p>
    </section>
    <section>
      <h3>{t('security.devices', { count: security.members.length })}</h3>
      <ul class="devices">
        {security.members.map((member) => (
          <KeyHolder key={member.keyHash} member={member} />
        ))}
      </ul>
    </section>
  </>
);

const SafetyDigits = ({ digits }: { digits: string[] }) => {
  const [copied, setCopied] = useState(false);
  const text = digits.join(' ');
  return (
    <div class="safety">
      {/* Spelled out digit by digit for ears; drawn in groups for eyes. */}
      <p class="safety-code" data-testid={testIds.safetyCode} data-code={text}>
        {digits.map((group, index) => (
          <span key={index} role="img" aria-label={[...group].join(' ')}>
            {group}
          </span>
        ))}
      </p>
      <Button icon={copied ? Check : Copy} onClick={() => void copyText(text).then(setCopied)}>
        {copied ? t('security.codeCopied') : t('security.copyCode')}
      </Button>
    </div>
  );
};

/** The first eight hex digits of a key's hash: enough to tell devices of one room apart, short enough to read out. */
const printOf = (keyHash: string): string => `${keyHash.slice(0, 4)} ${keyHash.slice(4, 8)}`;

const KeyHolder = ({ member }: { member: Sealed['members'][number] }) => (
  <li class="device" data-peer-id={member.peerId} data-testid={testIds.securityMember}>
    <MonitorSmartphone size={18} aria-hidden="true" />
    <span class="person-name">
      <span dir="auto">{nameOf(member.displayName)}</span>
      {member.self && <span class="muted"> {t('security.thisDevice')}</span>}
    </span>
    <code>{t('security.device', { print: printOf(member.keyHash) })}</code>
  </li>
);
