// The controls at the foot of a meeting, left to right: mic, camera, screen | people, chat, more | leave.
import {
  MessageSquare,
  Mic,
  MicOff,
  PhoneOff,
  ScreenShare,
  ScreenShareOff,
  Users,
  Video,
  VideoOff,
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
import type { MeetingModel } from './MeetingModel.ts';
import { MoreMenu } from './MoreMenu.tsx';

interface ToolProps {
  icon: LucideIcon;
  label: string;
  shortcut?: string;
  onPress: () => void;
  testId: string;
  state?: LocalMedia['state'];
  pressed?: boolean;
  class?: string;
  children?: ComponentChildren;
}

const Tool = ({ icon: Icon, label, shortcut, onPress, testId, state, pressed, class: extra, children }: ToolProps) => (
  <button
    type="button"
    class={extra === undefined ? 'tool' : `tool ${extra}`}
    aria-label={label}
    aria-pressed={pressed}
    aria-keyshortcuts={shortcut}
    data-tip={shortcut === undefined ? label : t('bar.withKey', { label, key: shortcut })}
    data-state={state}
    onClick={onPress}
    data-testid={testId}
  >
    <Icon size={22} aria-hidden="true" />
    {children}
  </button>
);

export const Bar = ({ model, onLeave, linkText }: { model: MeetingModel; onLeave: () => void; linkText: string }) => (
  <footer class="bar" aria-label={t('meeting.controls')}>
    <div class="bar-group">
      <MicTool model={model} />
      <CameraTool model={model} />
      <ScreenTool model={model} />
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

const PanelTools = ({ model }: { model: MeetingModel }) => {
  const unread = model.unread.value;
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
        class="neutral"
      >
        <Badge count={unread} />
      </Tool>
    </>
  );
};
