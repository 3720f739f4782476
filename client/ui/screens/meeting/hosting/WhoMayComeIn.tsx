// Who may come in: a choice for those who lead, a line for all others.
import { Link2 } from 'lucide-preact';
import { useId } from 'preact/hooks';
import { Button } from '../../../components/Button.tsx';
import { RadioGroup } from '../../../components/RadioGroup.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import { LinkUntold } from './LinkUntold.tsx';
import type { MeetingModel } from '../MeetingModel.ts';

const MODES = ['open', 'approve', 'locked'] as const;

export const WhoMayComeIn = ({ model }: { model: MeetingModel }) => {
  const { iAct, mode } = model.view.value.hosting;
  const id = useId();
  if (!iAct) {
    return mode === 'open' ? null : (
      <p class="hint" data-testid={testIds.modeLine} data-mode={mode}>
        {t(`hosting.line.${mode}`)}
      </p>
    );
  }
  return (
    <section class="who-may-come" aria-labelledby={id}>
      <h3 id={id}>{t('hosting.whoMayComeIn')}</h3>
      <RadioGroup
        labelledBy={id}
        value={model.hosts.wantedMode.value ?? mode}
        options={MODES.map((one) => ({ value: one, label: t(`hosting.mode.${one}`) }))}
        onChange={(chosen) => void model.hosts.setMode(chosen)}
        testId={testIds.mode}
      />
      <LinkUntold model={model} />
      <Button icon={Link2} onClick={model.hosts.askNewLink} testId={testIds.newLink}>
        {t('hosting.newLink')}
      </Button>
    </section>
  );
};
