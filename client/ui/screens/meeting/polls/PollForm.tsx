// A poll as it is written: question, answers, and what its author decides of it.
import { Plus, X } from 'lucide-preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { MAX_OPTION_CHARS, MAX_OPTIONS, MAX_QUESTION_CHARS, MIN_OPTIONS } from '#core';
import { Button, IconButton } from '../../../components/Button.tsx';
import { RadioGroup } from '../../../components/RadioGroup.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { PollModel } from './PollModel.ts';

export const PollForm = ({ polls }: { polls: PollModel }) => {
  const { question } = polls.draft.value;
  const id = useId();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    polls.start();
  };
  return (
    <form class="poll-form" onSubmit={submit} aria-label={t('polls.new')} data-testid={testIds.pollForm}>
      <label class="poll-field" for={`${id}-question`}>
        {t('polls.question')}
      </label>
      <input
        id={`${id}-question`}
        ref={first}
        class="input"
        value={question}
        maxLength={MAX_QUESTION_CHARS}
        autocomplete="off"
        dir="auto"
        onInput={(event) => polls.write({ question: event.currentTarget.value })}
      />
      <Options polls={polls} />
      <Decisions polls={polls} />
      <div class="dialog-actions">
        <Button
          onClick={() => {
            polls.isWriting.value = false;
          }}
        >
          {t('polls.cancel')}
        </Button>
        <Button type="submit" kind="primary">
          {t('polls.start')}
        </Button>
      </div>
    </form>
  );
};

const Decisions = ({ polls }: { polls: PollModel }) => {
  const { multiple, named, results } = polls.draft.value;
  const id = useId();
  return (
    <>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={multiple}
          onChange={(event) => polls.write({ multiple: event.currentTarget.checked })}
        />
        <span>{t('polls.multiple')}</span>
      </label>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={named}
          onChange={(event) => polls.write({ named: event.currentTarget.checked })}
        />
        <span>
          {t('polls.named')}
          <span class="hint">{t('polls.namedHint')}</span>
        </span>
      </label>
      <h3 id={id}>{t('polls.results')}</h3>
      <RadioGroup
        labelledBy={id}
        value={results}
        options={(['afterVote', 'atEnd'] as const).map((value) => ({ value, label: t(`polls.results.${value}`) }))}
        onChange={(chosen) => polls.write({ results: chosen })}
        testId={testIds.pollResultsWhen}
      />
    </>
  );
};

const Options = ({ polls }: { polls: PollModel }) => {
  const { options } = polls.draft.value;
  const id = useId();
  const rows = useRef<HTMLOListElement>(null);
  const added = useRef(false);
  useEffect(() => {
    if (added.current) rows.current?.querySelector<HTMLInputElement>('li:last-child input')?.focus();
    added.current = false;
  }, [options.length]);
  const write = (index: number, text: string): void => polls.write({ options: options.with(index, text) });
  return (
    <>
      <h3 id={id}>{t('polls.options')}</h3>
      <ol ref={rows} class="poll-options" aria-labelledby={id}>
        {options.map((option, index) => (
          <li key={index}>
            <input
              class="input"
              aria-label={t('polls.option', { number: index + 1 })}
              placeholder={t('polls.option', { number: index + 1 })}
              value={option}
              maxLength={MAX_OPTION_CHARS}
              autocomplete="off"
              dir="auto"
              onInput={(event) => write(index, event.currentTarget.value)}
            />
            {options.length > MIN_OPTIONS && (
              <IconButton
                icon={X}
                label={t('polls.removeOption', { number: index + 1 })}
                onClick={() => polls.removeOption(index)}
              />
            )}
          </li>
        ))}
      </ol>
      {options.length < MAX_OPTIONS && (
        <Button
          icon={Plus}
          kind="quiet"
          onClick={() => {
            added.current = true;
            polls.addOption();
          }}
        >
          {t('polls.addOption')}
        </Button>
      )}
    </>
  );
};
