// The banner while the line to the server is lost: why, when the next attempt is made, and a button for who does not want to wait.
import { RotateCw } from 'lucide-preact';
import { Button } from '../../components/Button.tsx';
import { NextTry } from '../../components/NextTry.tsx';
import { useFocusBack } from '../../components/useFocusBack.ts';
import { useShown } from '../../components/useShown.ts';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import type { MeetingModel } from './MeetingModel.ts';

interface LineLostProps {
  model: MeetingModel;
  connection: 'reconnecting' | 'restarting';
}

export const LineLost = ({ model, connection }: LineLostProps) => {
  const { client, view } = model;
  useFocusBack();
  useShown(client.retryNow);
  return (
    <div class="banner warning line-lost" data-testid={testIds.reconnecting} data-state={connection}>
      <RotateCw size={18} aria-hidden="true" />
      <div class="line-lost-words">
        <span role="status">{t(`meeting.${connection}`)}</span>
        <NextTry atMs={view.value.retryAtMs ?? 0} />
      </div>
      <Button onClick={client.retryNow}>{t('restart.tryNow')}</Button>
    </div>
  );
};
