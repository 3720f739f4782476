// How far a file is, as a bar that screen readers know.
import { testIds } from '../testIds.ts';

export const PartBar = ({ label, bytes, size }: { label: string; bytes: number; size: number }) => {
  const percent = size === 0 ? 0 : Math.floor((bytes / size) * 100);
  return (
    <div
      class="file-bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      data-testid={testIds.fileBar}
    >
      <div style={{ inlineSize: `${percent}%` }} />
    </div>
  );
};
