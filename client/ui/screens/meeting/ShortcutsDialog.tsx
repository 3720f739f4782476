// The list of keys, and the switch that turns the single ones off.
import { Dialog } from '../../components/Dialog.tsx';
import { t } from '../../i18n/index.ts';
import type { MessageKey } from '../../i18n/en.ts';
import { pipKind } from '../../media/pictureInPicture.ts';
import { setSingleKeys, singleKeysOn } from '../../shortcuts.ts';
import { testIds } from '../../testIds.ts';

/** Only messages without values stand in the table. */
type Plain = Extract<
  MessageKey,
  `keys.${'mic' | 'camera' | 'talk' | 'screen' | 'hand' | 'chat' | 'people' | 'layout' | 'pages' | 'full' | 'pip' | 'help' | 'talkBack'}`
>;

const modifier = (): string => (/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl');

const rows = (): { what: Plain; keys: string[] }[] => [
  { what: 'keys.mic', keys: ['M', `${modifier()} D`] },
  { what: 'keys.camera', keys: ['V', `${modifier()} E`] },
  { what: 'keys.talk', keys: [t('keys.space')] },
  { what: 'keys.screen', keys: ['D'] },
  { what: 'keys.hand', keys: ['R'] },
  { what: 'keys.chat', keys: ['C'] },
  { what: 'keys.people', keys: ['P'] },
  { what: 'keys.layout', keys: ['W'] },
  { what: 'keys.pages', keys: [t('keys.pageKeys'), t('keys.pageKeysBack')] },
  { what: 'keys.full', keys: ['F'] },
  ...(pipKind() === 'none' ? [] : [{ what: 'keys.pip' as const, keys: ['I'] }]),
  { what: 'keys.talkBack', keys: ['B'] },
  { what: 'keys.help', keys: ['?'] },
];

export const ShortcutsDialog = ({ onClose }: { onClose: () => void }) => (
  <Dialog title={t('keys.title')} onClose={onClose} testId={testIds.shortcutsDialog}>
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={singleKeysOn.value}
        onChange={(event) => setSingleKeys(event.currentTarget.checked)}
      />
      <span>
        {t('keys.enabled')}
        <span class="hint">{t('keys.enabledHint')}</span>
      </span>
    </label>
    <dl class="keys">
      {rows().map(({ what, keys }) => (
        <div key={what}>
          <dt>{t(what)}</dt>
          <dd>
            {keys.map((key, index) => (
              <span key={key}>
                {index > 0 && <span class="muted"> {t('keys.or')} </span>}
                <kbd>{key}</kbd>
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  </Dialog>
);
