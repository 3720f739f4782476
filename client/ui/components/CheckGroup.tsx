// Some choices of which several may hold: native checkboxes, drawn as the radio buttons are.

interface CheckGroupProps {
  /** Id of what names the group. */
  labelledBy: string;
  options: string[];
  /** Indices of options. */
  checked: readonly number[];
  onChange: (checked: number[]) => void;
  /** On each choice, with data-value. */
  testId: string;
}

export const CheckGroup = ({ labelledBy, options, checked, onChange, testId }: CheckGroupProps) => (
  <div class="radios" role="group" aria-labelledby={labelledBy}>
    {options.map((label, index) => (
      <label key={index} class="radio">
        <input
          type="checkbox"
          checked={checked.includes(index)}
          onChange={(event) =>
            onChange(event.currentTarget.checked ? [...checked, index] : checked.filter((one) => one !== index))
          }
          data-testid={testId}
          data-value={index}
        />
        <span dir="auto">{label}</span>
      </label>
    ))}
  </div>
);
