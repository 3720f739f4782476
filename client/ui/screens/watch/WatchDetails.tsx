// Who is on the host's list, what was checked of each, what that means, and the keys of the page: in plain words.
import { useId } from 'preact/hooks';
import type { Audience } from '#core';
import { Dialog } from '../../components/Dialog.tsx';
import { ProtectLink } from '../../components/ProtectLink.tsx';
import { RadioGroup } from '../../components/RadioGroup.tsx';
import { t } from '../../i18n/index.ts';
import type { MessageKey } from '../../i18n/en.ts';
import { pipKind } from '../../media/pictureInPicture.ts';
import { setSingleKeys, singleKeysOn } from '../../shortcuts.ts';
import { testIds } from '../../testIds.ts';
import type { Speaker } from '../../viewModels/watchProof.ts';
import { PROOF_ICONS } from './Proofs.tsx';
import { CAPTION_SIZES } from './ViewerCaptions.ts';
import type { WatchModel } from './WatchModel.ts';
import { warningWords } from './watchWords.ts';

export const WatchDetails = ({ model, audience }: { model: WatchModel; audience: Audience }) => {
  const speakers = model.speakers.value;
  const { value: warning } = model.warning;
  return (
    <Dialog title={t('watch.details')} onClose={model.closeDialog} testId={testIds.watchDetailsDialog}>
      {warning !== null && <p class="watch-details-warning">{warningWords(warning)}</p>}
      <section class="watch-section">
        <h3>{t('watch.details.people')}</h3>
        {speakers.length === 0 ? <p class="muted">{t('watch.details.nobody')}</p> : <People speakers={speakers} />}
      </section>
      <section class="watch-section">
        <h3>{t('watch.details.how')}</h3>
        <p>{t('watch.details.howText')}</p>
        <h3>{t('watch.details.not')}</h3>
        <p>{t('watch.details.notText')}</p>
        <p>{t('watch.details.server')}</p>
        {audience.eased && <p>{t('watch.details.eased')}</p>}
        <p>
          <ProtectLink />
        </p>
      </section>
      <CaptionSettings model={model} />
      <Keys />
    </Dialog>
  );
};

const CaptionSettings = ({ model: { captions } }: { model: WatchModel }) => {
  const id = useId();
  return (
    <section class="watch-section">
      <h3>{t('watch.captions.title')}</h3>
      <label class="switch">
        <input type="checkbox" role="switch" checked={captions.shown.value} onChange={captions.toggle} />
        <span>{t('watch.captions.show')}</span>
      </label>
      <p>{t(`watch.captions.${captions.supply.value}`)}</p>
      <p class="hint">{t('watch.captions.how')}</p>
      <h4 id={id}>{t('watch.captions.size')}</h4>
      <RadioGroup
        labelledBy={id}
        value={captions.size.value}
        options={CAPTION_SIZES.map((value) => ({ value, label: t(`watch.captions.size.${value}`) }))}
        onChange={captions.resize}
        testId={testIds.watchCaptionSize}
      />
    </section>
  );
};

const People = ({ speakers }: { speakers: readonly Speaker[] }) => (
  <ul class="watch-people">
    {speakers.map((speaker) => {
      const Icon = PROOF_ICONS[speaker.proof];
      return (
        <li key={speaker.peerId} data-proof={speaker.proof}>
          <Icon size={20} aria-hidden="true" />
          <div>
            <p>
              <strong>{speaker.name}</strong>
              {speaker.title !== '' && <span class="muted"> {speaker.title}</span>}
              {speaker.onAir && <span class="watch-on-air">{t('watch.details.onAir')}</span>}
            </p>
            <p class="hint">{t(`watch.details.${speaker.proof}`)}</p>
          </div>
        </li>
      );
    })}
  </ul>
);

type Plain = Extract<MessageKey, `watch.keys.${string}` | 'keys.full' | 'keys.pip'>;

const rows = (): { what: Plain; keys: string[] }[] => [
  { what: 'watch.keys.pause', keys: ['K', t('watch.keys.space')] },
  { what: 'watch.keys.sound', keys: ['M'] },
  { what: 'watch.keys.volume', keys: ['↑', '↓'] },
  { what: 'watch.keys.live', keys: ['L'] },
  { what: 'watch.keys.captions', keys: ['C'] },
  { what: 'keys.full', keys: ['F'] },
  ...(pipKind() === 'none' ? [] : [{ what: 'keys.pip' as const, keys: ['I'] }]),
  { what: 'watch.keys.details', keys: ['?'] },
];

const Keys = () => (
  <section class="watch-section">
    <h3>{t('watch.details.keys')}</h3>
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={singleKeysOn.value}
        onChange={(event) => setSingleKeys(event.currentTarget.checked)}
      />
      <span>{t('keys.enabled')}</span>
    </label>
    <dl class="keys">
      {rows().map(({ what, keys }) => (
        <div key={what}>
          <dt>{t(what)}</dt>
          <dd>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  </section>
);
