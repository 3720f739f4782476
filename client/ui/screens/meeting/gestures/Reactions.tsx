// Reactions as they pass: over the tile of who sent them, and with the name in a corner of the stage. Readers get their own line.
import { testIds } from '../../../testIds.ts';
import { reactionSigns } from '../../../viewModels/reactions.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

/** In the corner; all of them are over the tiles. */
const MAX_LINES = 5;
/** Over one tile: more hide the face. */
const MAX_OVER_TILE = 5;
/** Side by side, so that one does not hide the next. */
const COLUMNS = 5;

export const TileReactions = ({ model, peerId }: { model: MeetingModel; peerId: string }) => {
  const sent = model.gestures.reactions.value.filter(({ from }) => from === peerId).slice(-MAX_OVER_TILE);
  if (sent.length === 0) return null;
  return (
    <div class="tile-reactions" aria-hidden="true">
      {sent.map(({ id, kind }) => (
        <span key={id} data-column={id % COLUMNS} data-kind={kind} data-testid={testIds.tileReaction}>
          {reactionSigns[kind]}
        </span>
      ))}
    </div>
  );
};

export const ReactionStream = ({ model }: { model: MeetingModel }) => {
  const shown = model.gestures.reactions.value.slice(-MAX_LINES);
  if (shown.length === 0) return null;
  return (
    <ul class="reaction-stream" aria-hidden="true" data-testid={testIds.reactionStream}>
      {shown.map(({ id, kind, displayName }) => (
        <li key={id}>
          <span class="reaction-sign">{reactionSigns[kind]}</span>
          <span class="reaction-name" dir="auto">
            {nameOf(displayName)}
          </span>
        </li>
      ))}
    </ul>
  );
};
