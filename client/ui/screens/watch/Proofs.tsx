// Of everybody on air, in words and with a mark: whether what one sees and hears is signed by their device.
import { BadgeCheck, CircleAlert, CircleDashed, type LucideIcon } from 'lucide-preact';
import { testIds } from '../../testIds.ts';
import type { Speaker, SpeakerProof } from '../../viewModels/watchProof.ts';
import { proofWords } from './watchWords.ts';

export const PROOF_ICONS: Record<SpeakerProof, LucideIcon> = {
  verified: BadgeCheck,
  checking: CircleDashed,
  silent: CircleDashed,
  unproven: CircleAlert,
  refused: CircleAlert,
};

interface ProofsProps {
  speakers: readonly Speaker[];
  /** Says more. */
  onPress: () => void;
}

export const Proofs = ({ speakers, onPress }: ProofsProps) => {
  const shown = speakers.filter(({ onAir, proof }) => onAir || proof === 'refused');
  if (shown.length === 0) return null;
  return (
    <ul class="watch-proofs">
      {shown.map((speaker) => {
        const Icon = PROOF_ICONS[speaker.proof];
        return (
          <li key={speaker.peerId}>
            <button
              type="button"
              class="watch-proof"
              onClick={onPress}
              data-peer-id={speaker.peerId}
              data-proof={speaker.proof}
              data-testid={testIds.watchProof}
            >
              <Icon size={16} aria-hidden="true" />
              <span>{proofWords(speaker)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
};
