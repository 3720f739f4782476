// How loud a track is that this device takes up, as a row of marks; the same for whoever cannot see them.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { createMicMeter } from '../media/MicMeter.ts';
import { testIds } from '../testIds.ts';

export const MicMeterView = ({ track, label }: { track: MediaStreamTrack; label: string }) => {
  const level = useSignal(0);
  useEffect(() => {
    const meter = createMicMeter(track, (value) => {
      level.value = value;
    });
    return () => meter.close();
  }, [track, level]);
  const percent = Math.round(level.value * 100);
  return (
    <div
      class="mic-meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      data-testid={testIds.micMeter}
      data-level={percent}
    >
      {[8, 24, 40, 56, 72].map((step) => (
        <span key={step} data-lit={percent > step} />
      ))}
    </div>
  );
};
