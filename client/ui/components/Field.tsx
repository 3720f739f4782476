// Form fields: a select with its label, drawn once.
import type { LucideIcon } from 'lucide-preact';
import { useId } from 'preact/hooks';

interface SelectProps {
  label: string;
  icon: LucideIcon;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
  testId?: string;
}

export const SelectField = ({ label, icon: Icon, value, options, onChange, testId }: SelectProps) => {
  const id = useId();
  return (
    <div class="select-field">
      <label for={id} class="visually-hidden">
        {label}
      </label>
      <Icon size={18} aria-hidden="true" />
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)} data-testid={testId}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
};
