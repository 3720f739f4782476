// Some choices of which one holds, drawn once: native radio buttons, so that keys and readers know them.
import { useId } from 'preact/hooks';

export interface RadioOption<Value extends string> {
  value: Value;
  label: string;
  hint?: string;
}

interface RadioGroupProps<Value extends string> {
  /** Id of what names the group. */
  labelledBy: string;
  value: Value;
  options: RadioOption<Value>[];
  onChange: (value: Value) => void;
  disabled?: boolean;
  /** On each choice, with data-value. */
  testId: string;
}

export const RadioGroup = <Value extends string>(props: RadioGroupProps<Value>) => {
  const { labelledBy, value, options, onChange, disabled, testId } = props;
  const name = useId();
  return (
    <div class="radios" role="radiogroup" aria-labelledby={labelledBy}>
      {options.map((option) => (
        <label key={option.value} class="radio">
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            disabled={disabled}
            onChange={() => onChange(option.value)}
            data-testid={testId}
            data-value={option.value}
          />
          <span>
            {option.label}
            {option.hint !== undefined && <span class="hint">{option.hint}</span>}
          </span>
        </label>
      ))}
    </div>
  );
};
