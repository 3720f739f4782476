// The polls of the room, newest first, and the one that is being written.
import { Plus } from 'lucide-preact';
import { Button } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { Panel } from '../Panel.tsx';
import { PollCard } from './PollCard.tsx';
import { PollForm } from './PollForm.tsx';

export const PollsPanel = ({ model }: { model: MeetingModel }) => {
  const { polls } = model;
  const all = polls.polls.value;
  const isWriting = polls.isWriting.value;
  return (
    <Panel title={t('polls.title')} onClose={() => model.togglePanel('polls')} testId={testIds.pollsPanel}>
      {all.length === 0 && !isWriting ? (
        <div class="panel-empty">
          <h3>{t('polls.empty.title')}</h3>
          <p>{t('polls.empty.text')}</p>
        </div>
      ) : (
        <div class="panel-scroll">
          {isWriting && <PollForm polls={polls} />}
          {all.toReversed().map((poll) => (
            <PollCard key={poll.key} model={model} poll={poll} />
          ))}
        </div>
      )}
      {!isWriting && (
        <div class="panel-foot">
          <Button
            icon={Plus}
            kind="primary"
            onClick={() => {
              polls.isWriting.value = true;
            }}
            testId={testIds.newPoll}
          >
            {t('polls.new')}
          </Button>
        </div>
      )}
    </Panel>
  );
};
