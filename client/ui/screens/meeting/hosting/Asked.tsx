// What one who leads asks this person to turn on: theirs to do, by their own press, or not now.
import { Mic, Video } from 'lucide-preact';
import type { AskedView } from '#core';
import { Button } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

/** The live region says the words; the focus stays where it is. */
export const Asked = ({ model }: { model: MeetingModel }) => {
  const { asked } = model.view.value;
  if (asked.length === 0) return null;
  return (
    <div class="asked-box">
      {asked.map((one) => (
        <Question key={one.device} model={model} asked={one} />
      ))}
    </div>
  );
};

const Question = ({ model, asked: { device, displayName } }: { model: MeetingModel; asked: AskedView }) => {
  const words = t(device === 'mic' ? 'notice.askedMic' : 'notice.askedCamera', { name: nameOf(displayName) });
  return (
    <section class="asked" aria-label={words} data-device={device} data-testid={testIds.asked}>
      <p>{words}</p>
      <Button
        kind="primary"
        icon={device === 'mic' ? Mic : Video}
        onClick={() => void model.orders.answer(device, true)}
        testId={testIds.askedYes}
      >
        {t(`orders.ask.${device}`)}
      </Button>
      <Button onClick={() => void model.orders.answer(device, false)} testId={testIds.askedNo}>
        {t('orders.ask.notNow')}
      </Button>
    </section>
  );
};
