// One file: its name, how far it is, and what can be done about it now.
import {
  CircleCheck,
  CirclePause,
  CirclePlay,
  Download,
  FileLock2,
  FolderOpen,
  RotateCw,
  TriangleAlert,
  Undo2,
  X,
} from 'lucide-preact';
import { useRef } from 'preact/hooks';
import type { FileEntry } from '#core';
import { Button, IconButton } from '../../../components/Button.tsx';
import { PartBar } from '../../../components/PartBar.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { FilesModel } from './FilesModel.ts';
import { stateText } from './fileWords.ts';

interface CardProps {
  model: FilesModel;
  entry: FileEntry;
}

export const FileCard = ({ model, entry }: CardProps) => {
  const { state } = entry.state;
  const Icon = state === 'failed' ? TriangleAlert : state === 'done' || state === 'uploaded' ? CircleCheck : FileLock2;
  return (
    <div class="file-card">
      <Icon class="file-icon" size={20} aria-hidden="true" />
      <div class="file-words">
        <p class="file-name" dir="auto" title={entry.name}>
          {entry.name}
        </p>
        <p class="file-state">{stateText(entry)}</p>
      </div>
      <div class="file-acts">
        <Acts model={model} entry={entry} />
      </div>
      {'bytes' in entry.state && <PartBar label={entry.name} bytes={entry.state.bytes} size={entry.size} />}
    </div>
  );
};

const Acts = ({ model, entry }: CardProps) => {
  const { state } = entry;
  switch (state.state) {
    case 'preparing':
    case 'uploaded':
      return <Cancel model={model} entry={entry} />;
    case 'uploading':
    case 'downloading':
    case 'waiting':
    case 'paused':
      return <GoOn model={model} entry={entry} />;
    case 'repick':
      return (
        <>
          <PickAgain model={model} entry={entry} />
          <Cancel model={model} entry={entry} />
        </>
      );
    case 'offered':
      return <Save model={model} entry={entry} />;
    case 'failed':
      return (
        <>
          {state.fault !== 'tooLarge' && state.fault !== 'unreadable' && <Retry model={model} entry={entry} />}
          <Remove model={model} entry={entry} />
        </>
      );
    case 'done':
      return (
        <>
          <Save model={model} entry={entry} />
          <Remove model={model} entry={entry} />
        </>
      );
    case 'withdrawn':
    case 'expired':
      return <Remove model={model} entry={entry} />;
    case 'checking':
      return null;
  }
};

const GoOn = ({ model, entry }: CardProps) => {
  const { id, name, state } = entry;
  const act =
    state.state === 'paused'
      ? { icon: CirclePlay, label: t('files.act.resume', { name }), testId: testIds.fileResume }
      : { icon: CirclePause, label: t('files.act.pause', { name }), testId: testIds.filePause };
  const onClick = (): void => (state.state === 'paused' ? model.actions.resume(id) : model.actions.pause(id));
  return (
    <>
      <IconButton small {...act} onClick={onClick} />
      <Cancel model={model} entry={entry} />
    </>
  );
};

/** One's own is taken back from everybody; of another's no more is fetched. */
const Cancel = ({ model, entry: { id, name, self } }: CardProps) => (
  <IconButton
    small
    icon={self ? Undo2 : X}
    label={t(self ? 'files.act.withdraw' : 'files.act.cancel', { name })}
    onClick={() => model.actions.cancel(id)}
    testId={testIds.fileCancel}
  />
);

const Retry = ({ model, entry: { id, name } }: CardProps) => (
  <IconButton
    small
    icon={RotateCw}
    label={t('files.act.retry', { name })}
    onClick={() => model.actions.retry(id)}
    testId={testIds.fileRetry}
  />
);

const Save = ({ model, entry: { id, name, state } }: CardProps) => {
  const isDone = state.state === 'done';
  return (
    <IconButton
      small
      icon={Download}
      label={t(isDone ? 'files.act.saveAgain' : 'files.act.save', { name })}
      onClick={() => (isDone ? model.actions.save(id) : model.actions.download(id))}
      testId={testIds.fileSave}
    />
  );
};

const Remove = ({ model, entry: { id, name } }: CardProps) => (
  <IconButton
    small
    icon={X}
    label={t('files.act.remove', { name })}
    onClick={() => model.actions.discard(id)}
    testId={testIds.fileRemove}
  />
);

const PickAgain = ({ model, entry }: CardProps) => {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        onChange={(event) => model.pickAgain(entry.id, event.currentTarget.files?.[0])}
        data-testid={testIds.fileRepickInput}
      />
      <Button icon={FolderOpen} onClick={() => input.current?.click()} testId={testIds.fileRepick}>
        {t('files.act.repick')}
      </Button>
    </>
  );
};
