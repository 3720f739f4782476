// The field for a link that was sent, which says what is wrong with one that opens nothing.
import { useId, useState } from 'preact/hooks';
import type { AppModel, HomeFault } from '../AppModel.ts';
import { t } from '../i18n/index.ts';
import { testIds } from '../testIds.ts';
import { Button } from './Button.tsx';

export const JoinByLink = ({ app }: { app: Pick<AppModel, 'openPasted'> }) => {
  const id = useId();
  const [text, setText] = useState('');
  const [fault, setFault] = useState<HomeFault | null>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    setFault(app.openPasted(text));
  };
  return (
    <form class="home-join" onSubmit={submit} noValidate>
      <label class="visually-hidden" for={id}>
        {t('home.linkLabel')}
      </label>
      <div class="home-join-row">
        <input
          id={id}
          class="input large"
          type="url"
          inputMode="url"
          autocomplete="off"
          spellcheck={false}
          placeholder={t('home.linkPlaceholder')}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setFault(null);
          }}
          aria-invalid={fault !== null}
          aria-describedby={fault === null ? undefined : `${id}-fault`}
          data-testid={testIds.joinLinkInput}
        />
        <Button type="submit" large testId={testIds.joinLinkGo}>
          {t('home.go')}
        </Button>
      </div>
      {fault !== null && (
        <p id={`${id}-fault`} class="field-fault" role="alert" data-testid={testIds.fault} data-fault={fault}>
          {t(`link.${fault}`)}
        </p>
      )}
    </form>
  );
};
