// Every device that holds the room's keys: whose, since when, under which key, verified or not, and what changed about it.
import { MonitorSmartphone, ShieldAlert, ShieldCheck } from 'lucide-preact';
import type { DeviceView, RoomView } from '#core';
import { t } from '../../i18n/index.ts';
import { timeText } from '../../i18n/time.ts';
import { testIds } from '../../testIds.ts';
import { printOf } from '../../viewModels/safety.ts';
import { nameOf } from './words.ts';

type Trust = 'own' | 'verified' | 'unverified' | 'unknown';

/** Without a comparison nobody is verified, and nobody stands out by it. */
const trustOf = (device: DeviceView, compared: boolean): Trust => {
  if (device.own) return 'own';
  if (device.verifiedAtMs !== null) return 'verified';
  return compared ? 'unverified' : 'unknown';
};

const icons = {
  own: MonitorSmartphone,
  unknown: MonitorSmartphone,
  verified: ShieldCheck,
  unverified: ShieldAlert,
} as const satisfies Record<Trust, unknown>;

export const KeyHolders = ({ view: { devices, comparison } }: { view: RoomView }) => (
  <section>
    <h3>{t('verify.devices', { count: devices.length })}</h3>
    <ul class="devices">
      {devices.map((device) => (
        <KeyHolder key={device.keyHash} device={device} trust={trustOf(device, comparison.state === 'compared')} />
      ))}
    </ul>
  </section>
);

const KeyHolder = ({ device, trust }: { device: DeviceView; trust: Trust }) => {
  const Icon = icons[trust];
  const name = nameOf(device.displayName);
  return (
    <li class="device" data-trust={trust} data-peer-id={device.peerId} data-testid={testIds.securityMember}>
      <Icon size={20} aria-hidden="true" />
      <div class="device-words">
        <p class="device-name">
          <span dir="auto">{name}</span>
          {device.own && <span class="muted"> {t(device.self ? 'verify.thisDevice' : 'verify.ownBefore')}</span>}
        </p>
        <p class="device-facts">
          {!device.own && (
            <span class="device-trust">
              {device.verifiedAtMs === null
                ? t('verify.notVerified')
                : t('verify.verifiedAt', { time: timeText(device.verifiedAtMs) })}
            </span>
          )}
          {!device.self && (
            <span>
              {device.sinceMs === null ? t('verify.before') : t('verify.since', { time: timeText(device.sinceMs) })}
            </span>
          )}
          <span>{t('verify.print', { print: printOf(device.keyHash) })}</span>
        </p>
        {notesOf(device, name).map((note) => (
          <p key={note} class="device-note">
            {note}
          </p>
        ))}
      </div>
    </li>
  );
};

const notesOf = (device: DeviceView, name: string): string[] => {
  if (device.own) return [];
  const notes: string[] = [];
  if (device.firstKeyHash !== device.keyHash)
    notes.push(t('verify.firstPrint', { print: printOf(device.firstKeyHash) }));
  if (device.formerName !== null) notes.push(t('verify.formerName', { name: nameOf(device.formerName) }));
  if (device.claimedAtMs !== null) notes.push(t('verify.claimed', { time: timeText(device.claimedAtMs), name }));
  return notes;
};
