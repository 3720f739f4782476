// mediasoup-client's own Device over its FakeHandler, which negotiates everything and moves no packet.
import { Device } from 'mediasoup-client';
import { generateLocalDtlsParameters, generateNativeRtpCapabilities } from 'mediasoup-client/fakeParameters';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';
import type { HandlerFactory, HandlerInterface } from 'mediasoup-client/types';
import { FrameLane } from './FrameLane.ts';

/** The FakeHandler forgets the hooks in which transforms are attached; real handlers call them before the offer. */
export function createPacketlessDevice(): Device {
  const inner = FakeHandler.createFactory({ generateNativeRtpCapabilities, generateLocalDtlsParameters });
  const handlerFactory: HandlerFactory = {
    ...inner,
    factory: (options) => withHooks(inner.factory(options)),
  };
  return new Device({ handlerFactory });
}

function withHooks(handler: HandlerInterface): HandlerInterface {
  const send = handler.send.bind(handler);
  const receive = handler.receive.bind(handler);
  handler.send = async (options) => {
    options.onRtpSender?.(new FrameLane() as unknown as RTCRtpSender);
    return send(options);
  };
  handler.receive = async (optionsList) => {
    for (const { onRtpReceiver } of optionsList) onRtpReceiver?.(new FrameLane() as unknown as RTCRtpReceiver);
    return receive(optionsList);
  };
  return handler;
}
