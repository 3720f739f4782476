// Joins the Interruption of a meeting to this page: its microphone, its voices, and the moments at which it is in sight again.
import { effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { chosenDevices } from '../../media/chosenDevices.ts';
import { Interruption } from '../../media/Interruption.ts';
import type { MeetingModel } from './MeetingModel.ts';

const onReturn = (callback: () => void): (() => void) => {
  const seen = (): void => {
    if (document.visibilityState === 'visible') callback();
  };
  document.addEventListener('visibilitychange', seen);
  window.addEventListener('focus', seen);
  window.addEventListener('pageshow', seen);
  return () => {
    document.removeEventListener('visibilitychange', seen);
    window.removeEventListener('focus', seen);
    window.removeEventListener('pageshow', seen);
  };
};

export const useInterruption = (model: MeetingModel): Interruption => {
  const interruption = useMemo(
    () =>
      new Interruption({
        onReturn,
        renewMic: async () => (await model.client.useDevice('mic', chosenDevices.mic.value)).ok,
        startMic: async () => (await model.client.setMic(true)).ok,
        playVoices: model.unblockSound,
      }),
    [model],
  );
  useEffect(() => {
    const stop = effect(() => {
      const { mic } = model.view.value.self;
      const track = mic.state === 'on' || mic.state === 'muted' ? mic.track : null;
      interruption.follow(track && { track, on: mic.state === 'on' });
    });
    return () => {
      stop();
      interruption.close();
    };
  }, [interruption, model]);
  return interruption;
};
