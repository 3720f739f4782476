// Links for the machines of the production: made here, each for one device, listed with who uses them, and taken away.
import { ImageIcon, Maximize2, MonitorPlay, Plus, RefreshCw, Trash2 } from 'lucide-preact';
import { useEffect, useId } from 'preact/hooks';
import type { FeedLook, FeedView, ShowView } from '#core';
import { MAX_FEED_NAME_CHARS } from '#core';
import { Button } from '../../../components/Button.tsx';
import { CopyField } from '../../../components/CopyField.tsx';
import { SelectField } from '../../../components/Field.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { isMediaOn } from '../../../viewModels/media.ts';
import { nameOf } from '../words.ts';
import type { FeedsModel } from './FeedsModel.ts';

interface PartProps {
  model: MeetingModel;
  show: ShowView;
}

/** What a chroma key takes away; other colours are written into the link by hand. */
const KEY_GREEN = '#00b140';
/** Among the names, each of which begins with `=`. */
const RETURN = 'return';

export const FeedsPart = ({ model, show }: PartProps) => {
  const id = useId();
  const { feeds } = model.shows;
  const made = feeds.made.value;
  const present = model.view.value.devices.map(({ peerId }) => peerId).join();
  // A device came or went: it may be one of these.
  useEffect(() => void feeds.refresh(), [feeds, present]);
  return (
    <section class="show-part" aria-labelledby={id}>
      <h3 id={id}>{t('feeds.title')}</h3>
      {!feeds.look.value.returns && <p class="hint">{t('feeds.hint')}</p>}
      <NewFeed feeds={feeds} show={show} />
      {made !== null && (
        <CopyField
          link={made.link}
          words={{
            label: t(made.returns ? 'hall.link' : 'feeds.link', { name: made.name }),
            copy: t(made.returns ? 'hall.copy' : 'feeds.copy'),
            hint: t('feeds.linkHint'),
          }}
          testId={testIds.feedLink}
        />
      )}
      {feeds.feeds.value.length > 0 && (
        <ul class="show-people" aria-label={t('feeds.list')}>
          {feeds.feeds.value.map((feed) => (
            <Row key={feed.feedId} model={model} feed={feed} />
          ))}
        </ul>
      )}
    </section>
  );
};

const NewFeed = ({ feeds, show }: { feeds: FeedsModel; show: ShowView }) => {
  const id = useId();
  const look = feeds.look.value;
  return (
    <form
      class="feeds-form"
      aria-label={t('feeds.new')}
      onSubmit={(event) => {
        event.preventDefault();
        void feeds.make();
      }}
    >
      <label for={id}>{t('feeds.name')}</label>
      <input
        id={id}
        class="input"
        value={look.name}
        maxLength={MAX_FEED_NAME_CHARS}
        autocomplete="off"
        dir="auto"
        onInput={(event) => feeds.change({ name: event.currentTarget.value })}
      />
      <LookFields feeds={feeds} show={show} />
      <Button type="submit" icon={Plus} disabled={feeds.busy.value} testId={testIds.makeFeed}>
        {t(look.returns ? 'hall.make' : 'feeds.make')}
      </Button>
    </form>
  );
};

const LookFields = ({ feeds, show }: { feeds: FeedsModel; show: ShowView }) => {
  const look = feeds.look.value;
  const people = show.people.map(({ name }) => ({ value: `=${name}`, label: t('feeds.solo', { name: nameOf(name) }) }));
  const what = (
    <SelectField
      label={t('feeds.what')}
      icon={MonitorPlay}
      value={look.returns ? RETURN : look.solo === null ? '' : `=${look.solo}`}
      options={[{ value: '', label: t('feeds.program') }, ...people, { value: RETURN, label: t('hall.what') }]}
      onChange={(value) =>
        feeds.change({ returns: value === RETURN, solo: value.startsWith('=') ? value.slice(1) : null })
      }
    />
  );
  if (look.returns) {
    return (
      <>
        {what}
        <p class="hint">{t('hall.whatHint')}</p>
      </>
    );
  }
  return (
    <>
      {what}
      <SelectField
        label={t('feeds.size')}
        icon={Maximize2}
        value={String(look.size)}
        options={['720', '1080'].map((value) => ({ value, label: t('feeds.lines', { lines: value }) }))}
        onChange={(value) => feeds.change({ size: value === '720' ? 720 : 1080 })}
      />
      <SelectField
        label={t('feeds.ground')}
        icon={ImageIcon}
        value={look.ground}
        options={[
          { value: 'scene', label: t('feeds.ground.scene') },
          { value: 'transparent', label: t('feeds.ground.transparent') },
          { value: KEY_GREEN, label: t('feeds.ground.green') },
        ]}
        onChange={(value) => feeds.change({ ground: value as FeedLook['ground'] })}
      />
      {(['labels', 'logo', 'captions'] as const).map((what) => (
        <label key={what} class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={look[what]}
            onChange={(event) => feeds.change({ [what]: event.currentTarget.checked })}
          />
          <span>{t(`feeds.${what}`)}</span>
        </label>
      ))}
    </>
  );
};

/** Of one that is in the room: what of it comes in. */
const hallState = (model: MeetingModel, feed: FeedView, state: 'in' | 'unused' | 'out'): string => {
  const hall = model.view.value.halls.find(({ peerId }) => peerId === feed.peerId);
  if (state !== 'in' || hall === undefined) return t(`feeds.state.${state}`);
  const [heard, seen] = [isMediaOn(hall.screenAudio), isMediaOn(hall.camera)];
  if (heard && seen) return t('hall.comes.both');
  return t(heard ? 'hall.comes.sound' : seen ? 'hall.comes.picture' : 'hall.comes.nothing');
};

const Row = ({ model, feed }: { model: MeetingModel; feed: FeedView }) => {
  const { feeds } = model.shows;
  const name = feeds.nameOf(feed);
  const isIn = model.view.value.devices.some(({ peerId }) => peerId === feed.peerId);
  const state = isIn ? 'in' : feed.peerId === null ? 'unused' : 'out';
  return (
    <li class="show-person" data-state={state} data-testid={testIds.feedRow}>
      <div class="show-row">
        <span class="show-who">
          <strong dir="auto">{name}</strong>
          <span class="show-state">
            {feed.kind === 'return'
              ? `${t('hall.kind')} · ${hallState(model, feed, state)}`
              : t(`feeds.state.${state}`)}
          </span>
        </span>
        {feed.label === null && (
          <Button icon={RefreshCw} aria-label={t('feeds.renewName', { name })} onClick={() => void feeds.renew(feed)}>
            {t('feeds.renew')}
          </Button>
        )}
        <Button
          kind="quiet"
          icon={Trash2}
          aria-label={t('feeds.revokeName', { name })}
          onClick={() => void feeds.revoke(feed)}
          testId={testIds.revokeFeed}
        >
          {t('feeds.revoke')}
        </Button>
      </div>
      {feed.label === null && <p class="hint">{t('feeds.stale')}</p>}
    </li>
  );
};
