// Notifications as the client takes them: parsed by the wire's schemas, told by name.
import * as v from 'valibot';
import { NOTIFICATIONS, type Notification, type NotificationName } from '#protocol/notifications';

export type AnyNotification = {
  [Name in NotificationName]: { name: Name; payload: Notification<Name> };
}[NotificationName];

/** One function per notification; the compiler sees to it that none is forgotten. */
export type NotificationTable = { [Name in NotificationName]: (payload: Notification<Name>) => void };

/** `null` for what this version does not know or cannot read: skipped, since a newer server may say more. */
export function parseNotification(name: string, payload: unknown): AnyNotification | null {
  if (!Object.hasOwn(NOTIFICATIONS, name)) return null;
  const schema: v.GenericSchema = NOTIFICATIONS[name as NotificationName];
  const parsed = v.safeParse(schema, payload);
  return parsed.success ? ({ name, payload: parsed.output } as AnyNotification) : null;
}

export function deliver(table: NotificationTable, notification: AnyNotification): void {
  const handle = table[notification.name] as (payload: AnyNotification['payload']) => void;
  handle(notification.payload);
}
