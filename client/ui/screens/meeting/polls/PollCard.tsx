// One poll: the choice, the counts as text with a bar beside it, and what its author and whoever leads may do.
import { Check, Copy } from 'lucide-preact';
import { useId, useRef } from 'preact/hooks';
import type { PollView } from '#core';
import { Button } from '../../../components/Button.tsx';
import { CheckGroup } from '../../../components/CheckGroup.tsx';
import { copyText } from '../../../components/CopyField.tsx';
import { RadioGroup } from '../../../components/RadioGroup.tsx';
import { t } from '../../../i18n/index.ts';
import { timeText } from '../../../i18n/time.ts';
import { testIds } from '../../../testIds.ts';
import { percentOf, resultText, showsCounts } from '../../../viewModels/polls.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { namesInWords, nameOf } from '../words.ts';

interface CardProps {
  model: MeetingModel;
  poll: PollView;
}

export const PollCard = ({ model, poll }: CardProps) => {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const isChoosing = poll.state === 'open' && (poll.chosen.length === 0 || model.polls.chosen.value.has(poll.key));
  return (
    <article class="poll" aria-labelledby={id} data-state={poll.state} data-testid={testIds.poll}>
      <h3 id={id} ref={heading} tabIndex={-1} dir="auto">
        {poll.question}
      </h3>
      <p class="poll-facts">
        {poll.mine ? t('polls.byYou') : t('polls.by', { name: nameOf(poll.authorName) })}
        {' · '}
        {timeText(poll.atMs)}
        {' · '}
        <span class="poll-state">{t(`polls.state.${poll.state}`)}</span>
      </p>
      {isChoosing && (
        <Choice
          model={model}
          poll={poll}
          labelledBy={id}
          // The button that had the focus goes.
          onVoted={() => heading.current?.focus()}
        />
      )}
      {!isChoosing && !showsCounts(poll) && <Waiting poll={poll} />}
      {showsCounts(poll) && <Results poll={poll} />}
      <p class="hint">{t('polls.voters', { count: poll.voters })}</p>
      <Actions model={model} poll={poll} isChoosing={isChoosing} />
    </article>
  );
};

const Choice = ({ model, poll, labelledBy, onVoted }: CardProps & { labelledBy: string; onVoted: () => void }) => {
  const { polls } = model;
  const chosen = polls.chosen.value.get(poll.key) ?? [];
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    polls.vote(poll.key);
    if (!polls.chosen.value.has(poll.key)) onVoted();
  };
  return (
    <form class="poll-choice" onSubmit={submit}>
      {poll.multiple && <p class="hint">{t('polls.multipleHint')}</p>}
      {poll.multiple ? (
        <CheckGroup
          labelledBy={labelledBy}
          options={poll.options}
          checked={chosen}
          onChange={(next) => polls.choose(poll.key, next)}
          testId={testIds.pollChoice}
        />
      ) : (
        <RadioGroup
          labelledBy={labelledBy}
          value={String(chosen[0] ?? '')}
          options={poll.options.map((label, index) => ({ value: String(index), label }))}
          onChange={(next) => polls.choose(poll.key, [Number(next)])}
          testId={testIds.pollChoice}
        />
      )}
      <p class="hint">{t(poll.named ? 'polls.namesShown' : 'polls.namesHidden')}</p>
      <Button type="submit" kind="primary">
        {t('polls.vote')}
      </Button>
    </form>
  );
};

/** Voted, and the counts come with the end. */
const Waiting = ({ poll }: { poll: PollView }) => {
  const options = poll.chosen.map((index) => poll.options[index] ?? '').join(', ');
  return (
    <>
      {options !== '' && <p>{t('polls.voted', { options })}</p>}
      <p class="hint">{t('polls.atEnd')}</p>
    </>
  );
};

const Results = ({ poll }: { poll: PollView }) => (
  <ul class="poll-results">
    {poll.options.map((option, index) => {
      const voters = poll.votes[index] ?? [];
      const percent = percentOf(poll, index);
      return (
        <li key={index} data-value={index} data-count={voters.length} data-testid={testIds.pollResult}>
          <span class="poll-option">
            <span dir="auto">{option}</span>
            {poll.chosen.includes(index) && (
              <span class="poll-yours">
                <Check size={16} aria-hidden="true" />
                <span class="visually-hidden">{t('polls.yours')}</span>
              </span>
            )}
          </span>
          <span class="poll-count">{t('polls.count', { count: voters.length, percent })}</span>
          <span class="poll-bar" aria-hidden="true">
            <span style={{ width: `${Math.min(100, percent)}%` }} />
          </span>
          {poll.named && voters.length > 0 && (
            <span class="poll-names">{namesInWords(voters.map(({ displayName }) => displayName))}</span>
          )}
        </li>
      );
    })}
  </ul>
);

const Actions = ({ model, poll, isChoosing }: CardProps & { isChoosing: boolean }) => {
  const isOpen = poll.state === 'open';
  const mayEnd = isOpen && (poll.mine || model.view.value.hosting.iAct);
  const copy = async (): Promise<void> => {
    const text = resultText(poll, {
      count: (count, percent) => t('polls.count', { count, percent }),
      voters: t('polls.voters', { count: poll.voters }),
      nameOf,
    });
    const copied = await copyText(text);
    model.tellAloud(t(copied ? 'polls.copied' : 'polls.copyFailed'), copied ? 'plain' : 'warning');
  };
  return (
    <div class="poll-actions">
      {isOpen && !isChoosing && <Button onClick={() => model.polls.change(poll)}>{t('polls.voteAgain')}</Button>}
      {mayEnd && <Button onClick={() => model.polls.end(poll.key)}>{t('polls.close')}</Button>}
      {showsCounts(poll) && (
        <Button icon={Copy} onClick={() => void copy()}>
          {t('polls.copy')}
        </Button>
      )}
    </div>
  );
};
