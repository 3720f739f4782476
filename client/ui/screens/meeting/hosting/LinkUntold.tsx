// The group follows a new link and the server does not take it: said for as long as it is so, with the way to mend it.
import { Button } from '../../../components/Button.tsx';
import { Problem } from '../../../components/Problem.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';

export const LinkUntold = ({ model }: { model: MeetingModel }) => {
  if (!model.hosts.linkUntold.value) return null;
  const again = (
    <Button onClick={() => void model.hosts.announceLink()} testId={testIds.announceLink}>
      {t('hosting.announceLink')}
    </Button>
  );
  return (
    <Problem fault="linkUntold" action={again}>
      {t('hosting.fault.untold')}
    </Problem>
  );
};
