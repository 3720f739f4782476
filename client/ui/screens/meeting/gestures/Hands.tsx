// Raised hands where people look for them: on the tile, with the place in the line, and as the line itself over the list of people.
import { Hand } from 'lucide-preact';
import { useId } from 'preact/hooks';
import { Button } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { timeText } from '../../../i18n/time.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

export const TileHand = ({ model, peerId }: { model: MeetingModel; peerId: string }) => {
  const place = model.gestures.places.value.get(peerId);
  if (place === undefined) return null;
  return (
    <p class="tile-hand" data-place={place} data-testid={testIds.tileHand}>
      <Hand size={16} aria-hidden="true" />
      <span aria-hidden="true">{place}</span>
      <span class="visually-hidden">{t('hands.tile', { place })}</span>
    </p>
  );
};

export const HandsList = ({ model }: { model: MeetingModel }) => {
  const id = useId();
  const hands = model.gestures.hands.value;
  const { hosting, self, participants } = model.view.value;
  if (hands.length === 0) return null;
  const nameOfPeer = (peerId: string): string =>
    nameOf(participants.find((person) => person.peerId === peerId)?.displayName ?? '');
  return (
    <section class="hands" aria-labelledby={id} data-testid={testIds.handsList}>
      <header class="hands-head">
        <h3 id={id}>{t('hands.title')}</h3>
        {hosting.iAct && hands.length > 1 && (
          <Button
            onClick={() => model.gestures.lowerHands(hands.map(({ peerId }) => peerId))}
            testId={testIds.lowerAllHands}
          >
            {t('hands.lowerAll')}
          </Button>
        )}
      </header>
      <ol>
        {hands.map((hand, index) => (
          <li key={hand.peerId} class="person" data-peer-id={hand.peerId} data-testid={testIds.raisedHand}>
            <span class="hand-place">{index + 1}</span>
            <span class="person-name">
              <span dir="auto">{hand.self ? nameOf(self.displayName) : nameOfPeer(hand.peerId)}</span>
              <span class="muted"> {t('hands.since', { time: timeText(hand.atMs) })}</span>
            </span>
            {hand.self && (
              <Button aria-label={t('hands.lowerMine')} onClick={model.gestures.toggleHand} testId={testIds.lowerHand}>
                {t('hands.lower')}
              </Button>
            )}
            {!hand.self && hosting.iAct && (
              <Button
                aria-label={t('hands.lowerName', { name: nameOfPeer(hand.peerId) })}
                onClick={() => model.gestures.lowerHands([hand.peerId])}
                testId={testIds.lowerHand}
              >
                {t('hands.lower')}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
};
