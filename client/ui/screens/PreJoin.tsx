// Between the link and the room: see and hear oneself, choose devices, say a name, and go in.
import { ArrowLeft, CircleQuestionMark, DoorClosed, Lock, Users } from 'lucide-preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { JoinStep, Probe } from '#core';
import type { AppModel, Call, RoomVisit } from '../AppModel.ts';
import { Button, IconButton } from '../components/Button.tsx';
import { InviteField } from '../components/InviteField.tsx';
import { NextTry } from '../components/NextTry.tsx';
import { Wordmark } from '../components/Mark.tsx';
import { Problem } from '../components/Problem.tsx';
import { ProtectLink } from '../components/ProtectLink.tsx';
import { Settings } from '../components/Settings.tsx';
import { useTitle } from '../components/useTitle.ts';
import { t } from '../i18n/index.ts';
import { personName } from '../personName.ts';
import { remember } from '../remembered.ts';
import { createPreJoinKeys } from '../shortcuts.ts';
import { testIds } from '../testIds.ts';
import { DevicePanel, JoiningPicture } from './DevicePanel.tsx';
import { ShortcutsDialog } from './meeting/ShortcutsDialog.tsx';

/** As long as a tile can show it; the credential carries it whole. */
const MAX_NAME_CHARS = 60;

/** With a `call` that is on its way in, the same screen says what it waits for. */
export const PreJoin = ({ app, visit, call }: { app: AppModel; visit: RoomVisit; call?: Call }) => {
  useTitle(titleOf(visit));
  return (
    <div class="pre-join" data-testid={testIds.preJoin}>
      <header class="home-head">
        <span class="head-left">
          {!app.isEmbedded && <IconButton icon={ArrowLeft} label={t('preJoin.back')} onClick={() => app.goHome()} />}
          <Wordmark />
        </span>
        <span class="head-right">
          <Help visit={visit} />
          <Settings />
        </span>
      </header>
      <main class="pre-join-main">
        {call === undefined ? <DevicePanel preview={visit.preview} /> : <JoiningPicture track={call.picture} />}
        <section class="pre-join-side">
          <h1>{titleOf(visit)}</h1>
          <Inside app={app} visit={visit} isOnWay={call !== undefined} />
          {call === undefined ? (
            <JoinForm app={app} visit={visit} />
          ) : (
            <JoinSteps app={app} visit={visit} call={call} />
          )}
          {visit.host && call === undefined && !isClosed(app, visit) && <InviteField link={visit.linkText} />}
          <p class="hint">
            <ProtectLink />
          </p>
        </section>
      </main>
    </div>
  );
};

/** By the button and by its key, as in the room. */
const Help = ({ visit: { preview } }: { visit: RoomVisit }) => {
  const [open, setOpen] = useState(false);
  useEffect(
    () =>
      createPreJoinKeys({
        mic: () => preview.asked.value && void preview.toggle('mic'),
        camera: () => preview.asked.value && void preview.toggle('camera'),
        help: () => setOpen(true),
      }),
    [preview],
  );
  return (
    <>
      <IconButton
        icon={CircleQuestionMark}
        label={t('more.shortcuts')}
        onClick={() => setOpen(true)}
        testId={testIds.help}
      />
      {open && <ShortcutsDialog onClose={() => setOpen(false)} />}
    </>
  );
};

const titleOf = ({ host, probe: { value: probe } }: RoomVisit): string => {
  if (probe !== null && !probe.ok) return t(`ended.${probe.reason}.title`);
  return host ? t('preJoin.titleHost') : t('preJoin.title');
};

const isClosed = (app: AppModel, { probe: { value: probe } }: RoomVisit): boolean =>
  !app.services.canSeal() || (probe !== null && !probe.ok && probe.reason !== 'unreachable');

/** How many are in, or why the room cannot be entered. */
const Inside = ({ app, visit, isOnWay }: { app: AppModel; visit: RoomVisit; isOnWay: boolean }) => {
  const probe = visit.probe.value;
  if (!app.services.canSeal()) return <Problem fault="cannotSeal">{t('preJoin.cannotSeal')}</Problem>;
  if (probe === null) return <p class="inside muted">{t('preJoin.checking')}</p>;
  if (probe.ok) {
    return (
      <>
        <p class="inside muted" data-testid={testIds.peopleInside} data-count={probe.peersInRoom}>
          <Users size={18} aria-hidden="true" />
          {t('preJoin.inside', { count: probe.peersInRoom })}
        </p>
        {!visit.host && !isOnWay && <DoorNote mode={probe.mode} />}
      </>
    );
  }
  if (probe.reason === 'unreachable') return <Problem fault="unreachable">{t('preJoin.probe.unreachable')}</Problem>;
  const again = app.isEmbedded ? undefined : (
    <Button onClick={() => void app.newMeeting()}>{t('preJoin.newMeeting')}</Button>
  );
  if (probe.reason === 'roomGone' && visit.host) return <Reopen app={app} visit={visit} />;
  return (
    <Problem fault={probe.reason} action={again}>
      {t(`ended.${probe.reason}.text`)}
    </Problem>
  );
};

/** On the device that made the room, where the link was planned for later than the server remembered. */
const Reopen = ({ app, visit }: { app: AppModel; visit: RoomVisit }) => {
  const creating = app.creating.value;
  const action = (
    <Button
      kind="primary"
      disabled={creating.state === 'busy'}
      onClick={() => void app.reopen(visit)}
      testId={testIds.reopen}
    >
      {t('reopen.action')}
    </Button>
  );
  return (
    <Problem fault="roomGone" action={action}>
      {t(creating.state === 'failed' ? `home.createFailed.${creating.fault}` : 'reopen.text')}
    </Problem>
  );
};

/** Words of the server's; who really comes in is decided inside. */
const DoorNote = ({ mode }: { mode: Extract<Probe, { ok: true }>['mode'] }) =>
  mode === 'open' ? null : (
    <p class="inside muted" data-testid={testIds.lockedNote} data-mode={mode}>
      {mode === 'locked' ? <Lock size={18} aria-hidden="true" /> : <DoorClosed size={18} aria-hidden="true" />}
      {t(`hosting.door.${mode}`)}
    </p>
  );

const JoinForm = ({ app, visit }: { app: AppModel; visit: RoomVisit }) => {
  const id = useId();
  const [busy, setBusy] = useState(false);
  const closed = isClosed(app, visit);
  const probe = visit.probe.value;
  const asks = !visit.host && probe?.ok === true && probe.mode === 'approve';
  const name = personName.value.trim();
  const go = async (devices: boolean): Promise<void> => {
    if (busy) return;
    setBusy(true);
    remember('name', name === '' ? null : name);
    await app.join(visit, name, { devices });
  };
  return (
    <form
      class="join-form"
      // Whoever turns to the form is about to go in; what stood ready may have been cut meanwhile.
      onFocusIn={() => visit.doorstep.warm()}
      onInput={() => visit.doorstep.warm()}
      onPointerEnter={() => visit.doorstep.warm()}
      onSubmit={(event) => {
        event.preventDefault();
        void go(true);
      }}
    >
      <label for={id}>{t('preJoin.name')}</label>
      <input
        id={id}
        class="input large"
        autocomplete="name"
        maxLength={MAX_NAME_CHARS}
        placeholder={t('preJoin.namePlaceholder')}
        value={personName.value}
        onInput={(event) => {
          personName.value = event.currentTarget.value;
        }}
        required
        pattern=".*\S.*"
        aria-describedby={`${id}-hint`}
        data-testid={testIds.nameInput}
      />
      <p class="hint" id={`${id}-hint`}>
        {t('preJoin.nameHint')}
      </p>
      <Button type="submit" kind="primary" large disabled={closed || busy} testId={testIds.join}>
        {t(asks ? 'hosting.askToJoin' : 'preJoin.join')}
      </Button>
      <Button
        kind="quiet"
        disabled={closed || busy}
        onClick={(event) => event.currentTarget.form?.reportValidity() && void go(false)}
        testId={testIds.joinWithoutDevices}
      >
        {t('preJoin.joinWithout')}
      </Button>
    </form>
  );
};

/** The server has not taken us in yet. */
const OUTSIDE: ReadonlySet<JoinStep> = new Set(['admission', 'connecting', 'full', 'restarting']);

/** Never a bare spinner: the words say what is waited for. */
const JoinSteps = ({ app, visit, call }: { app: AppModel; visit: RoomVisit; call: Call }) => {
  const state = call.state.value;
  const step = state.phase === 'joining' ? state.step : 'connecting';
  // All that is waited for outside is the last of three.
  const order = OUTSIDE.has(step) ? 0 : step === 'securing' ? 1 : 2;
  const waits = step === 'waitingForHost' || step === 'locked';
  return (
    <div class="join-steps">
      <div class="join-progress" aria-hidden="true">
        {[0, 1, 2].map((part) => (
          <span key={part} data-state={part < order ? 'done' : part === order ? 'now' : 'next'} />
        ))}
      </div>
      <p role="status" data-testid={testIds.joinStep} data-step={step}>
        {t(`step.${step}`)}
      </p>
      {state.phase === 'joining' && state.retryAtMs !== undefined && <NextTry atMs={state.retryAtMs} />}
      {step === 'waitingForHost' && <p class="hint">{t('hosting.asked')}</p>}
      <Button onClick={() => app.rejoin(visit)} testId={testIds.cancelJoin}>
        {t(waits ? 'hosting.leaveWaiting' : 'preJoin.cancel')}
      </Button>
    </div>
  );
};
