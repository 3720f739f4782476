// The reactions to choose from, over the bar: by mouse, by arrows, or by the keys 1 to 8; it stays open for the next one.
import { useEffect, useRef } from 'preact/hooks';
import { REACTIONS } from '#core';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import { reactionSigns } from '../../../viewModels/reactions.ts';
import type { MeetingModel } from '../MeetingModel.ts';

/** By which the bar's button and the menu find it. */
export const PALETTE_ID = 'reaction-palette';

export const openPalette = (): void => document.getElementById(PALETTE_ID)?.showPopover();

const buttonsOf = (palette: HTMLElement): HTMLButtonElement[] => [...palette.querySelectorAll('button')];

const moveFocus = (palette: HTMLElement, event: KeyboardEvent): void => {
  const buttons = buttonsOf(palette);
  const now = buttons.findIndex((button) => button === document.activeElement);
  const targets: Record<string, number> = {
    ArrowRight: (now + 1) % buttons.length,
    ArrowLeft: (now - 1 + buttons.length) % buttons.length,
    Home: 0,
    End: buttons.length - 1,
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  buttons[target]?.focus();
};

export const ReactionPalette = ({ model }: { model: MeetingModel }) => {
  const palette = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = palette.current;
    if (element === null) return;
    const onToggle = (event: ToggleEvent): void => {
      if (event.newState === 'open') buttonsOf(element)[0]?.focus();
    };
    element.addEventListener('toggle', onToggle);
    return () => element.removeEventListener('toggle', onToggle);
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    const kind = event.ctrlKey || event.metaKey || event.altKey ? undefined : REACTIONS[Number(event.key) - 1];
    if (kind !== undefined && !event.repeat) model.gestures.react(kind);
    else if (palette.current) moveFocus(palette.current, event);
  };
  return (
    <div
      id={PALETTE_ID}
      ref={palette}
      class="palette"
      popover="auto"
      role="toolbar"
      aria-label={t('reactions.choose')}
      data-surface="panel"
      onKeyDown={onKeyDown}
      data-testid={testIds.reactionPalette}
    >
      {REACTIONS.map((kind, index) => (
        <button
          key={kind}
          type="button"
          aria-label={t(`reactions.${kind}`)}
          aria-keyshortcuts={String(index + 1)}
          title={t('bar.withKey', { label: t(`reactions.${kind}`), key: String(index + 1) })}
          tabIndex={index === 0 ? 0 : -1}
          onClick={() => model.gestures.react(kind)}
          data-kind={kind}
          data-testid={testIds.reaction}
        >
          <span aria-hidden="true">{reactionSigns[kind]}</span>
        </button>
      ))}
      <p class="palette-keys">{t('reactions.keys')}</p>
    </div>
  );
};
