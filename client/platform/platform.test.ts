// What the browser's refusals mean, and which scripts may become a worker.
import { describe, expect, it, vi } from 'vitest';
import { settleRefusal, toDeviceError } from './deviceFaults.ts';
import { cameraConstraints, micConstraints } from './devices.ts';
import { sameOriginScript } from './trustedScript.ts';

const refusal = (name: string, message = '') => new DOMException(message, name);

describe('toDeviceError', () => {
  it.each([
    ['Permission dismissed', 'cancelled'],
    ['Permission denied', 'denied'],
    ['Permission denied by system', 'systemDenied'],
    ['The request is not allowed by the user agent or the platform in the current context.', 'denied'],
  ])('tells who refused a device by the words “%s”', (words, fault) => {
    expect(toDeviceError(refusal('NotAllowedError', words), 'device').fault).toBe(fault);
  });

  it.each([
    ['prompt', 'cancelled'],
    ['granted', 'systemDenied'],
    ['denied', 'denied'],
  ] as const)('tells by the permission “%s” who refused where the words do not', (permission, fault) => {
    const error = toDeviceError(refusal('NotAllowedError', 'not allowed'), 'device');
    expect(settleRefusal(error, [permission])).toMatchObject({ name: 'NotAllowedError', fault });
    expect(settleRefusal(error, []).fault).toBe('denied');
  });

  it.each([
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'notFound'],
    ['NotReadableError', 'busy'],
    ['OverconstrainedError', 'unsuitable'],
    ['NotSupportedError', 'unsupported'],
    ['AbortError', 'failed'],
  ])('tells %s of a device as %s and keeps its name', (name, fault) => {
    expect(toDeviceError(refusal(name), 'device')).toMatchObject({ name, fault });
  });

  it('takes a closed screen picker for a change of mind, and the system’s refusal for one', () => {
    expect(toDeviceError(refusal('NotAllowedError', 'Permission denied'), 'screen').fault).toBe('cancelled');
    expect(toDeviceError(refusal('NotAllowedError', 'Permission denied by system'), 'screen').fault).toBe('denied');
  });

  it('tells a page without mediaDevices as unsupported', () => {
    expect(toDeviceError(new TypeError('undefined is not an object'), 'device').fault).toBe('unsupported');
    expect(toDeviceError('something else', 'device').fault).toBe('failed');
  });
});

describe('sameOriginScript', () => {
  it('works in browsers of the build’s targets, which have no URL.parse yet', () => {
    vi.spyOn(URL, 'parse').mockImplementation(() => {
      throw new TypeError('URL.parse is not a function');
    });
    expect(sameOriginScript('/assets/w.js', 'https://meet.example')).toBe('https://meet.example/assets/w.js');
    expect(() => sameOriginScript('https://other.example/w.js', 'https://meet.example')).toThrow(TypeError);
    expect(() => sameOriginScript('https://', 'https://meet.example')).toThrow(TypeError);
    vi.restoreAllMocks();
  });
});

describe('constraints', () => {
  it('name a device exactly when one was chosen, and none otherwise', () => {
    expect(micConstraints('usb').deviceId).toEqual({ exact: 'usb' });
    expect(cameraConstraints('usb').deviceId).toEqual({ exact: 'usb' });
    expect(micConstraints()).not.toHaveProperty('deviceId');
    expect(cameraConstraints('')).not.toHaveProperty('deviceId');
  });
});

describe('sameOriginScript', () => {
  const origin = 'https://meet.example';

  it('takes scripts of this origin', () => {
    expect(sameOriginScript('/assets/e2eeWorker-abc.js', origin)).toBe(`${origin}/assets/e2eeWorker-abc.js`);
  });

  it.each([
    'https://evil.example/x.js',
    '//evil.example/x.js',
    'data:text/javascript,1',
    'blob:null/1',
    'javascript:1',
  ])('refuses %s', (url) => {
    expect(() => sameOriginScript(url, origin)).toThrow(TypeError);
  });
});
