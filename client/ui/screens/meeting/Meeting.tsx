// In the room: header, stage, bar and panels around one MeetingModel.
import { Volume2 } from 'lucide-preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { RoomView } from '#core';
import type { Call, RoomVisit } from '../../AppModel.ts';
import { Button } from '../../components/Button.tsx';
import { Sounds, type Voice } from '../../components/Sounds.tsx';
import { t } from '../../i18n/index.ts';
import type { Interruption } from '../../media/Interruption.ts';
import { useTitle } from '../../components/useTitle.ts';
import { createShortcuts } from '../../shortcuts.ts';
import { airOf } from '../../viewModels/air.ts';
import { testIds } from '../../testIds.ts';
import { Countdown, OnAirBar } from './show/OnAir.tsx';
import { ShowPanel } from './show/ShowPanel.tsx';
import { useInterruption } from './useInterruption.ts';
import { useWakeLock } from './useWakeLock.ts';
import { Bar } from './Bar.tsx';
import { Company } from './Company.tsx';
import { CaptionLines } from './captions/CaptionLines.tsx';
import { ChatPanel } from './chat/ChatPanel.tsx';
import { toggleFullScreen } from './fullScreen.ts';
import { ReactionStream } from './gestures/Reactions.tsx';
import { SoundsDialog } from './gestures/SoundsDialog.tsx';
import { Header } from './Header.tsx';
import { Asked } from './hosting/Asked.tsx';
import { BackgroundDialog, BackgroundTrouble } from '../effects/BackgroundDialog.tsx';
import { HostDialogs } from './hosting/HostDialogs.tsx';
import { OrderDialogs } from './hosting/OrderDialogs.tsx';
import { SpotlightBadge } from './hosting/SpotlightBadge.tsx';
import { LineLost } from './LineLost.tsx';
import { MeetingModel } from './MeetingModel.ts';
import { RecordingDialogs } from './recording/RecordingDialogs.tsx';
import { IsoBanners } from './iso/IsoSigns.tsx';
import { ConsentBanner, OwnRecordingBar } from './recording/RecordingSigns.tsx';
import { PeoplePanel } from './PeoplePanel.tsx';
import { PollsPanel } from './polls/PollsPanel.tsx';
import { UnstableBanner } from './quality/Quality.tsx';
import { NotSending, SplitBanner } from './SafetyBanner.tsx';
import { SecurityDialog } from './SecurityDialog.tsx';
import { SharingBar } from './SharingBar.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { FileDrop } from './files/FileDrop.tsx';
import { Stage } from './Stage.tsx';
import { Toasts } from './Toasts.tsx';
import { MutedHint } from './MutedHint.tsx';

interface MeetingProps {
  visit: RoomVisit;
  call: Call;
  /** The state on the way in; later ones come from `call`. */
  first: RoomView;
}

/** Everyone's voice, the sound of their screens, and the halls, which one hears on air too. */
const voicesOf = (view: RoomView, { orders, shows }: MeetingModel): Voice[] =>
  [...view.participants, ...view.halls].flatMap((person) =>
    (['mic', 'screenAudio'] as const).flatMap((stream) => {
      const media = person[stream];
      return media.state === 'playing'
        ? [
            {
              key: `${person.peerId}/${stream}`,
              track: media.track,
              volume: view.halls.includes(person) || shows.hears(person.peerId) ? orders.volumeOf(person.peerId) : 0,
            },
          ]
        : [];
    }),
  );

const useMeeting = (call: Call, first: RoomView): MeetingModel => {
  const model = useMemo(() => new MeetingModel(call, first, Date.now()), [call]);
  useEffect(() => {
    const close = createShortcuts({
      mic: () => void model.toggle('mic'),
      camera: () => void model.toggle('camera'),
      screen: () => void model.toggle('screen'),
      hand: model.gestures.toggleHand,
      talkBack: (on) => void model.shows.talkBack(on ? '*' : null),
      canTalkBack: () => model.shows.canTalkBack,
      talk: (on) => void model.set('mic', on),
      canTalk: () => model.view.value.self.mic.state === 'muted' || model.view.value.self.mic.state === 'off',
      chat: () => model.togglePanel('chat'),
      people: () => model.togglePanel('people'),
      layout: model.stage.toggleLayout,
      pip: () => void model.pip.toggle(),
      fullScreen: toggleFullScreen,
      help: () => {
        model.dialog.value = 'shortcuts';
      },
    });
    return () => {
      close();
      model.close();
    };
  }, [model]);
  return model;
};

export const Meeting = ({ visit, call, first }: MeetingProps) => {
  const model = useMeeting(call, first);
  useWakeLock();
  const interruption = useInterruption(model);
  const view = model.view.value;
  const unread = model.chats.unread.value;
  useTitle(`${unread > 0 ? `(${unread}) ` : ''}${t('meeting.title')}`);
  const closeDialog = (): void => {
    model.dialog.value = 'none';
  };
  return (
    <div
      class="meeting"
      data-surface="stage"
      data-panel={model.panel.value}
      data-air={airOf(view)}
      data-solo={model.stage.solo.value !== null}
      data-testid={testIds.meeting}
    >
      <header>
        <Header model={model} linkText={visit.linkText} />
        <Banners model={model} interruption={interruption} />
      </header>
      <div class="meeting-middle">
        <main class="stage-area">
          <Stage model={model} />
          <SpotlightBadge model={model} />
          <Countdown model={model} />
          <NotSending model={model} />
          {view.participants.length === 0 && <Company model={model} linkText={visit.linkText} />}
          <Asked model={model} />
          <CaptionLines model={model} />
          <MutedHint model={model} />
          <ReactionStream model={model} />
          <Toasts model={model} />
        </main>
        <SidePanel model={model} linkText={visit.linkText} />
      </div>
      <Bar model={model} onLeave={() => call.client.leave()} linkText={visit.linkText} />
      <p class="visually-hidden" role="status" aria-live="polite" data-testid={testIds.liveRegion} key="live">
        {model.spoken.value.text}
      </p>
      {model.dialog.value === 'security' && <SecurityDialog model={model} onClose={closeDialog} />}
      <FileDrop model={model.files} />
      <HostDialogs model={model} linkText={visit.linkText} />
      <Effects model={model} />
      <OrderDialogs model={model} onLeave={() => call.client.leave()} />
      <RecordingDialogs model={model} />
      {model.dialog.value === 'shortcuts' && <ShortcutsDialog onClose={closeDialog} />}
      {model.dialog.value === 'sounds' && <SoundsDialog model={model} onClose={closeDialog} />}
      <Sounds
        voices={voicesOf(view, model)}
        onBlocked={model.blockSound}
        onPaused={() => interruption.voicePaused()}
        onPlaying={() => interruption.voicePlays()}
        attempt={model.soundAttempt.value}
      />
    </div>
  );
};

const SidePanel = ({ model, linkText }: { model: MeetingModel; linkText: string }) => {
  switch (model.panel.value) {
    case 'none':
      return null;
    case 'people':
      return <PeoplePanel model={model} linkText={linkText} />;
    case 'chat':
      return <ChatPanel model={model} />;
    case 'polls':
      return <PollsPanel model={model} />;
    case 'show':
      return <ShowPanel model={model} />;
  }
};

const Effects = ({ model: { effects, view } }: { model: MeetingModel }) => {
  const { camera } = view.value.self;
  if (!effects.isOpen.value) return null;
  const onClose = (): void => {
    effects.isOpen.value = false;
  };
  return <BackgroundDialog model={effects} camera={camera.state === 'on' ? camera.track : null} onClose={onClose} />;
};

const Banners = ({ model, interruption }: { model: MeetingModel; interruption: Interruption }) => {
  const { connection } = model.view.value;
  return (
    <>
      <SplitBanner model={model} />
      <ConsentBanner model={model} />
      <OnAirBar model={model} />
      <OwnRecordingBar model={model} />
      <IsoBanners model={model} />
      {!model.effects.isOpen.value && <BackgroundTrouble model={model.effects} />}
      {connection === 'online' && <UnstableBanner model={model} />}
      {connection !== 'online' && <LineLost model={model} connection={connection} />}
      <SharingBar model={model} />
      {interruption.needsTap.value && (
        <div class="banner bare">
          <Button kind="primary" icon={Volume2} onClick={() => void interruption.resume()} testId={testIds.tapToResume}>
            {t('meeting.tapToResume')}
          </Button>
        </div>
      )}
      {model.soundBlocked.value && !interruption.needsTap.value && (
        <div class="banner bare">
          <Button kind="primary" icon={Volume2} onClick={model.unblockSound} testId={testIds.tapToHear}>
            {t('meeting.tapToHear')}
          </Button>
        </div>
      )}
    </>
  );
};
