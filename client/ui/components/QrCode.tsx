// A QR code, dark on light in every scheme: scanners want it so.
import { useMemo } from 'preact/hooks';
import { qrPath } from '../viewModels/qr.ts';

export const QrCode = ({ text, label, testId }: { text: string; label: string; testId?: string }) => {
  const { size, path } = useMemo(() => qrPath(text), [text]);
  return (
    <svg
      class="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shape-rendering="crispEdges"
      data-testid={testId}
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
};
