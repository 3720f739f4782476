// The controls at the foot of a meeting, left to right: mic, camera, screen, hand, reactions | people, chat, polls, more | leave.
import {
  Hand,
  MessageSquare,
  Mic,
  MicOff,
  PhoneOff,
  ScreenShare,
  ScreenShareOff,
  SmilePlus,
  Users,
  Video,
  VideoOff,
  Vote,
  type LucideIcon,
} from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import type { LocalMedia } from '#core';
import { t } from '../../i18n/index.ts';
import { canShareScreen } from '../../media/devices.ts';
import { testIds } from '../../testIds.ts';
import { Badge } from '../../components/Badge.tsx';
import { LeaveTools } from './hosting/LeaveTools.tsx';
import { DeviceMenu } from './DeviceMenu.tsx';
import { PALETTE_ID, ReactionPalette } from './gestures/ReactionPalette.tsx';
import type { MeetingModel } from './MeetingModel.ts';
import { MoreMenu } from './MoreMenu.tsx';

interface ToolProps {
  icon: LucideIcon;
  label: string;
  shortcut?: string;
  onPress?: () => void;
  testId: string;
  state?: LocalMedia['state'];
  pressed?: boolean;
  /** Id of the popover that a press opens. */
  opens?: string;
  class?: string;
  children?: ComponentChildren;
}

const Tool = ({ icon: Icon, label, shortcut, onPress, testId, state, pressed, opens, ...rest }: ToolProps) => (
  <button
    type="button"
    class={rest.class === undefined ? 'tool' : `tool ${rest.class}`}
    aria-label={label}
    aria-pressed={pressed}
    aria-keyshortcuts={shortcut}
    data-tip={shortcut === undefined ? label : t('bar.withKey', { label, key: shortcut })}
    data-state={state}
    popovertarget={opens}
    onClick={onPress}
    data-testid={testId}
  >
    <Icon size={22} aria-hidden="true" />
    {rest.children}
  </button>
);

export const Bar = ({ model, onLeave, linkText }: { model: MeetingModel; onLeave: () => void; linkText: string }) => (
  <footer class="bar" aria-label={t('meeting.controls')}>
    <div class="bar-group">
      <MicTool model={model} />
      <CameraTool model={model} />
      <ScreenTool model={model} />
      <HandTool model={model} />
      <Tool
        icon={SmilePlus}
        label={t('bar.reactions')}
        opens={PALETTE_ID}
        testId={testIds.reactionsToggle}
        class="neutral wide-only"
      />
      <ReactionPalette model={model} />
    </div>
    <div class="bar-group">
      <PanelTools model={model} />
      <MoreMenu model={model} linkText={linkText} />
    </div>
    <div class="bar-group">
      <LeaveTools model={model} onLeave={onLeave}>
        <Tool icon={PhoneOff} label={t('bar.leave')} onPress={onLeave} testId={testIds.leave} class="leave" />
      </LeaveTools>
    </div>
  </footer>
);

const micLabel = (media: LocalMedia): string => {
  if (media.state === 'starting') return t('bar.starting');
  if (media.state === 'failed') return t('bar.micFailed');
  return media.state === 'on' ? t('bar.micOn') : t('bar.micOff');
};

const MicTool = ({ model }: { model: MeetingModel }) => {
  const { mic } = model.view.value.self;
  return (
    <div class="split">
      <Tool
        icon={mic.state === 'on' ? Mic : MicOff}
        label={micLabel(mic)}
        shortcut="M"
        onPress={() => void model.toggle('mic')}
        testId={testIds.micToggle}
        state={mic.state}
      />
      <DeviceMenu kinds={['mic', 'speaker']} label={t('device.choose', { device: t('device.mic') })} model={model} />
    </div>
  );
};

const cameraLabel = (media: LocalMedia): string => {
  if (media.state === 'starting') return t('bar.starting');
  if (media.state === 'failed') return t('bar.cameraFailed');
  return media.state === 'on' ? t('bar.cameraOn') : t('bar.cameraOff');
};

const CameraTool = ({ model }: { model: MeetingModel }) => {
  const { camera } = model.view.value.self;
  return (
    <div class="split">
      <Tool
        icon={camera.state === 'on' ? Video : VideoOff}
        label={cameraLabel(camera)}
        shortcut="V"
        onPress={() => void model.toggle('camera')}
        testId={testIds.cameraToggle}
        state={camera.state}
      />
      <DeviceMenu kinds={['camera']} label={t('device.choose', { device: t('device.camera') })} model={model} />
    </div>
  );
};

const ScreenTool = ({ model }: { model: MeetingModel }) => {
  const { screen } = model.view.value.self;
  if (!canShareScreen()) return null;
  const on = screen.state === 'on';
  return (
    <Tool
      icon={on ? ScreenShareOff : ScreenShare}
      label={t(on ? 'bar.screenOn' : 'bar.screenOff')}
      shortcut="D"
      onPress={() => void model.toggle('screen')}
      testId={testIds.screenToggle}
      state={screen.state}
      class="neutral wide-only"
    />
  );
};

const HandTool = ({ model }: { model: MeetingModel }) => (
  <Tool
    icon={Hand}
    label={t('bar.hand')}
    shortcut="R"
    onPress={model.gestures.toggleHand}
    testId={testIds.handToggle}
    pressed={model.gestures.isHandUp.value}
    class="neutral"
  />
);

/** Once there is something to see in it. */
const PollsTool = ({ model }: { model: MeetingModel }) => {
  const unseen = model.polls.unseen.value;
  if (model.polls.polls.value.length === 0) return null;
  return (
    <Tool
      icon={Vote}
      label={unseen > 0 ? t('polls.unseen', { count: unseen }) : t('polls.button')}
      onPress={() => model.togglePanel('polls')}
      testId={testIds.pollsToggle}
      pressed={model.panel.value === 'polls'}
      class="neutral wide-only polls-tool"
    >
      <Badge count={unseen} />
    </Tool>
  );
};

const PanelTools = ({ model }: { model: MeetingModel }) => {
  const unread = model.chats.unread.value;
  const panel = model.panel.value;
  const knocks = model.view.value.hosting.knocks.length;
  return (
    <>
      <Tool
        icon={Users}
        label={knocks > 0 ? t('hosting.peopleWaiting', { count: knocks }) : t('bar.people')}
        shortcut="P"
        onPress={() => model.togglePanel('people')}
        testId={testIds.peopleToggle}
        pressed={panel === 'people'}
        class="neutral wide-only"
      >
        <Badge count={knocks} />
      </Tool>
      <Tool
        icon={MessageSquare}
        label={unread > 0 ? t('bar.chatUnread', { count: unread }) : t('bar.chat')}
        shortcut="C"
        onPress={() => model.togglePanel('chat')}
        testId={testIds.chatToggle}
        pressed={panel === 'chat'}
        class="neutral wide-only"
      >
        <Badge count={unread} />
      </Tool>
      <PollsTool model={model} />
    </>
  );
};
