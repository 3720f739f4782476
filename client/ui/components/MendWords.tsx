// Where it is mended that a device is blocked or taken.
import type { DeviceFault } from '#core';
import { t } from '../i18n/index.ts';
import { browserFamily, systemFamily } from '../viewModels/browserFamily.ts';

/** Where in this browser, or in this system, it is mended. */
export const MendWords = ({ fault }: { fault: DeviceFault }) => {
  const { userAgent } = navigator;
  if (fault === 'denied') return <p>{t(`mend.${browserFamily(userAgent)}`)}</p>;
  if (fault === 'systemDenied') return <p>{t(`mend.system.${systemFamily(userAgent)}`)}</p>;
  return fault === 'busy' ? <p>{t(`mend.busy.${browserFamily(userAgent)}`)}</p> : null;
};
