// A field whose text is said to the group once it is written: on leaving it or by Enter, not at each letter.
import { useId, useState } from 'preact/hooks';

interface CommitFieldProps {
  label: string;
  value: string;
  maxLength: number;
  onCommit: (text: string) => void;
  testId: string;
}

export const CommitField = ({ label, value, maxLength, onCommit, testId }: CommitFieldProps) => {
  const id = useId();
  /** Null while nothing is written here. */
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    if (draft !== null && draft !== value) onCommit(draft);
    setDraft(null);
  };
  return (
    <div class="show-field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        value={draft ?? value}
        maxLength={maxLength}
        autocomplete="off"
        dir="auto"
        onInput={(event) => setDraft(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.isComposing) commit();
        }}
        data-testid={testId}
      />
    </div>
  );
};
