// The two questions that are asked before something cannot be taken back: removing a person, replacing the link.
import { useId, useState } from 'preact/hooks';
import { Button } from '../../../components/Button.tsx';
import { InviteField } from '../../../components/InviteField.tsx';
import { Dialog } from '../../../components/Dialog.tsx';
import { RadioGroup } from '../../../components/RadioGroup.tsx';
import type { MessageKey } from '../../../i18n/en.ts';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { LinkUntold } from './LinkUntold.tsx';
import type { AfterRemoval, HostDialog } from './HostModel.ts';

export const HostDialogs = ({ model, linkText }: { model: MeetingModel; linkText: string }) => {
  const dialog = model.hosts.dialog.value;
  switch (dialog.name) {
    case 'none':
      return null;
    case 'remove':
      return <RemoveDialog model={model} dialog={dialog} />;
    case 'newLink':
      return <NewLinkDialog model={model} step={dialog.step} linkText={linkText} />;
  }
};

const CHOICES: readonly AfterRemoval[] = ['approve', 'locked', 'newLink', 'nothing'];

type Removal = Extract<HostDialog, { name: 'remove' }>;

const RemoveDialog = ({ model, dialog: { person, busy } }: { model: MeetingModel; dialog: Removal }) => {
  const id = useId();
  const { mode } = model.view.value.hosting;
  // Where the door is not open to everyone already, nothing more has to be done.
  const [next, setNext] = useState<AfterRemoval>(mode === 'open' ? 'approve' : 'nothing');
  const { name } = person;
  const nothingHint = t(mode === 'open' ? 'hosting.after.nothingHint' : 'hosting.after.nothingHintClosed', { name });
  return (
    <Dialog title={t('hosting.removeTitle', { name })} onClose={model.hosts.closeDialog} testId={testIds.removeDialog}>
      <p>{t('hosting.removeText', { name })}</p>
      <section>
        <h3 id={id}>{t('hosting.after', { name })}</h3>
        <RadioGroup
          labelledBy={id}
          value={next}
          options={CHOICES.map((value) => ({
            value,
            label: t(`hosting.after.${value}`),
            hint: value === 'nothing' ? nothingHint : t(`hosting.after.${value}Hint`),
          }))}
          onChange={setNext}
          disabled={busy}
          testId={testIds.afterRemoval}
        />
      </section>
      <div class="dialog-actions">
        <Button onClick={model.hosts.closeDialog}>{t('hosting.cancel')}</Button>
        <Button
          kind="primary"
          disabled={busy}
          onClick={() => void model.hosts.remove(person, next)}
          testId={testIds.confirmRemoval}
        >
          {t(busy ? 'hosting.removing' : 'hosting.removeConfirm')}
        </Button>
      </div>
    </Dialog>
  );
};

type Step = Extract<HostDialog, { name: 'newLink' }>['step'];
const TITLES = {
  ask: 'hosting.newLinkTitle',
  busy: 'hosting.newLinkTitle',
  done: 'hosting.newLinkDone',
  untold: 'hosting.newLinkUntold',
} as const satisfies Record<Step, MessageKey>;

const NewLinkDialog = ({ model, step, linkText }: { model: MeetingModel; step: Step; linkText: string }) => (
  <Dialog title={t(TITLES[step])} onClose={model.hosts.closeDialog} testId={testIds.newLinkDialog}>
    {step === 'done' && (
      <>
        <p role="status">{t('hosting.newLinkDoneText')}</p>
        <InviteField link={linkText} />
      </>
    )}
    {step === 'untold' && <LinkUntold model={model} />}
    {(step === 'ask' || step === 'busy') && (
      <>
        <p>{t('hosting.newLinkText')}</p>
        <div class="dialog-actions">
          <Button onClick={model.hosts.closeDialog}>{t('hosting.cancel')}</Button>
          <Button
            kind="primary"
            disabled={step === 'busy'}
            onClick={() => void model.hosts.makeNewLink()}
            testId={testIds.confirmNewLink}
          >
            {t(step === 'busy' ? 'hosting.newLinkBusy' : 'hosting.newLinkConfirm')}
          </Button>
        </div>
      </>
    )}
  </Dialog>
);
