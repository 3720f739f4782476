// The one place where a browser's refusal of a device becomes a fault that people can be told.
import type { DeviceFault } from '#core';

/** Keeps the browser's name for it and adds what the SDK reads. */
export class DeviceError extends Error {
  readonly fault: DeviceFault;
  constructor(name: string, fault: DeviceFault) {
    super(fault);
    this.name = name;
    this.fault = fault;
  }
}

/** What a rejection of getUserMedia or getDisplayMedia means (Media Capture and Streams 10.3, Screen Capture 5.2). */
export function toDeviceError(error: unknown, source: 'device' | 'screen'): DeviceError {
  const name = error instanceof Error || error instanceof DOMException ? error.name : 'Error';
  if (name === 'NotAllowedError' && source === 'device') return new DeviceError(name, refusalOf(error));
  return new DeviceError(name, faultOf(name, source === 'screen' && !isSystemRefusal(error)));
}

/** By Chromium's words; other browsers tell the three apart by the permission alone (`settleRefusal`). */
function refusalOf(error: unknown): DeviceFault {
  if (isSystemRefusal(error)) return 'systemDenied';
  return error instanceof Error && /dismissed/i.test(error.message) ? 'cancelled' : 'denied';
}

/**
 * Who refused, where the error itself does not say: the page was not blocked if it may still ask, and if it was allowed, the system
 * stood in the way.
 * @param permissions of all devices that were asked for, as they are after the refusal
 */
export function settleRefusal(error: DeviceError, permissions: readonly PermissionState[]): DeviceError {
  if (error.fault !== 'denied' || permissions.length === 0 || permissions.includes('denied')) return error;
  return new DeviceError(error.name, permissions.includes('prompt') ? 'cancelled' : 'systemDenied');
}

function faultOf(name: string, isPicker: boolean): DeviceFault {
  switch (name) {
    case 'NotAllowedError':
      // A person who closes the picker changed their mind; nothing is to be mended.
      return isPicker ? 'cancelled' : 'denied';
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
      return 'notFound';
    case 'NotReadableError':
      return 'busy';
    case 'OverconstrainedError':
      return 'unsuitable';
    // `navigator.mediaDevices` is missing outside of a secure context, or the method in this browser.
    case 'TypeError':
    case 'NotSupportedError':
      return 'unsupported';
    default:
      return 'failed';
  }
}

/** Chromium's words when the operating system, not the person, keeps a device or the screen from the browser. */
function isSystemRefusal(error: unknown): boolean {
  return error instanceof Error && /by system/i.test(error.message);
}
