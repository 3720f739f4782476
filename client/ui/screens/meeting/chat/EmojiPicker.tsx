// The choice of a reaction: a search and a grid that arrow keys move in.
import { useEffect, useRef, useState } from 'preact/hooks';
import { X } from 'lucide-preact';
import { IconButton } from '../../../components/Button.tsx';
import { useFocusBack } from '../../../components/useFocusBack.ts';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import { emojisFor } from './emojis.ts';

interface PickerProps {
  onPick: (emoji: string) => void;
  onClose: () => void;
}

/** How many stand side by side, as they are laid out now. */
const columnsOf = (buttons: HTMLElement[]): number => {
  const [first] = buttons;
  return Math.max(1, buttons.filter((button) => button.offsetTop === first?.offsetTop).length);
};

const moveIn = (grid: HTMLElement, event: KeyboardEvent): void => {
  const buttons = [...grid.querySelectorAll<HTMLElement>('button')];
  const now = buttons.findIndex((button) => button === document.activeElement);
  const columns = columnsOf(buttons);
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  buttons[Math.min(Math.max(now + step, 0), buttons.length - 1)]?.focus();
};

export const EmojiPicker = ({ onPick, onClose }: PickerProps) => {
  const [search, setSearch] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  useFocusBack();
  useEffect(() => field.current?.focus(), []);
  const found = emojisFor(search);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.stopPropagation();
    onClose();
  };
  const onSearchKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') grid.current?.querySelector('button')?.focus();
    else if (event.key === 'Enter' && found[0] !== undefined) onPick(found[0].emoji);
    else return;
    event.preventDefault();
  };
  return (
    <section class="emoji-picker" aria-label={t('chat.emojis')} onKeyDown={onKeyDown} data-testid={testIds.emojiPicker}>
      <div class="emoji-head">
        <input
          ref={field}
          class="input"
          type="search"
          value={search}
          placeholder={t('chat.emojiSearch')}
          aria-label={t('chat.emojiSearch')}
          onInput={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={onSearchKey}
          data-testid={testIds.emojiSearch}
        />
        <IconButton small icon={X} label={t('dialog.close')} onClick={onClose} />
      </div>
      <div
        ref={grid}
        class="emoji-grid"
        role="group"
        aria-label={t('chat.emojis')}
        onKeyDown={(event) => grid.current && moveIn(grid.current, event)}
      >
        {found.map(({ emoji, name }, index) => (
          <button
            key={emoji}
            type="button"
            class="emoji"
            tabIndex={index === 0 ? 0 : -1}
            aria-label={name}
            title={name}
            onClick={() => onPick(emoji)}
          >
            <span aria-hidden="true">{emoji}</span>
          </button>
        ))}
      </div>
      {found.length === 0 && <p class="hint">{t('chat.emojiNone')}</p>}
    </section>
  );
};
