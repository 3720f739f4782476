// A menu button and its menu: a native popover for the top layer and light dismiss, arrow keys as WAI-ARIA has them.
import { Check, type LucideIcon } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

export interface MenuItem {
  label: string;
  onSelect: () => void;
  icon?: LucideIcon;
  /** Given: a choice that is on or off. */
  checked?: boolean;
  /** One of several that exclude each other. */
  radio?: boolean;
  hint?: string;
  testId?: string;
}
export interface MenuGroup {
  title?: string;
  items: MenuItem[];
  /** Only where the bar has no room for it. */
  narrowOnly?: boolean;
}
interface MenuProps {
  label: string;
  class: string;
  groups: MenuGroup[];
  children: ComponentChildren;
  testId?: string;
  /** Before it opens: the moment to look anew at what it lists. */
  onPress?: () => void;
}

/** Distance to the button and to the window's edge. */
const MARGIN = 8;

/** Above the button, or below where there is no room; never outside the window. */
const place = (menu: HTMLElement, anchor: HTMLElement): void => {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = Math.min(Math.max(MARGIN, at.left + at.width / 2 - width / 2), innerWidth - width - MARGIN);
  const above = at.top - height - MARGIN;
  menu.style.left = `${Math.max(MARGIN, left)}px`;
  menu.style.top = `${above >= MARGIN ? above : Math.max(MARGIN, Math.min(at.bottom + MARGIN, innerHeight - height - MARGIN))}px`;
};

const roleOf = (item: MenuItem): 'menuitem' | 'menuitemradio' | 'menuitemcheckbox' => {
  if (item.checked === undefined) return 'menuitem';
  return item.radio ? 'menuitemradio' : 'menuitemcheckbox';
};

const isVisible = (element: HTMLElement): boolean =>
  element.offsetParent !== null || element.getClientRects().length > 0;

const moveFocus = (menu: HTMLElement, event: KeyboardEvent): void => {
  // Closes the menu alone, and not the panel that it stands in.
  if (event.key === 'Escape') event.stopPropagation();
  // Goes on from the button, which gets the focus back as the menu closes.
  if (event.key === 'Tab') menu.hidePopover();
  const items = [...menu.querySelectorAll<HTMLElement>('[role^=menuitem]')].filter(isVisible);
  const now = items.findIndex((item) => item === document.activeElement);
  const targets: Record<string, number> = {
    ArrowDown: (now + 1) % items.length,
    ArrowUp: (now - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  items[target]?.focus();
};

/** The button, the menu, whether it is open; placed and focused as it opens. */
const useMenu = () => {
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const element = menu.current;
    if (element === null) return;
    const onToggle = (event: ToggleEvent): void => {
      const isOpen = event.newState === 'open';
      setOpen(isOpen);
      if (!isOpen) return;
      if (button.current) place(element, button.current);
      [...element.querySelectorAll<HTMLElement>('[role^=menuitem]')].find(isVisible)?.focus();
    };
    element.addEventListener('toggle', onToggle);
    // What it lists may arrive after it opened.
    const resized = new ResizeObserver(
      () => button.current && element.matches(':popover-open') && place(element, button.current),
    );
    resized.observe(element);
    return () => {
      element.removeEventListener('toggle', onToggle);
      resized.disconnect();
    };
  }, []);
  return { button, menu, open };
};

export const Menu = ({ label, class: className, groups, children, testId, onPress }: MenuProps) => {
  const id = useId();
  const { button, menu, open } = useMenu();
  const select = (item: MenuItem): void => {
    menu.current?.hidePopover();
    item.onSelect();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={className}
        aria-label={label}
        data-tip={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        popovertarget={id}
        onClick={onPress}
        data-testid={testId}
      >
        {children}
      </button>
      <div
        id={id}
        ref={menu}
        class="menu"
        role="menu"
        aria-label={label}
        popover="auto"
        onKeyDown={(event) => menu.current && moveFocus(menu.current, event)}
      >
        {groups.map((group, index) => (
          <MenuRows key={group.title ?? index} group={group} onSelect={select} />
        ))}
      </div>
    </>
  );
};

const MenuRows = ({ group, onSelect }: { group: MenuGroup; onSelect: (item: MenuItem) => void }) => (
  <div class={group.narrowOnly ? 'menu-group narrow-only' : 'menu-group'} role="group" aria-label={group.title}>
    {group.title !== undefined && (
      <p class="menu-title" aria-hidden="true">
        {group.title}
      </p>
    )}
    {group.items.map((item) => (
      <MenuRow key={item.label} item={item} onSelect={() => onSelect(item)} />
    ))}
  </div>
);

const MenuRow = ({ item, onSelect }: { item: MenuItem; onSelect: () => void }) => {
  const Icon = item.icon;
  return (
    <button
      type="button"
      class="menu-item"
      role={roleOf(item)}
      aria-checked={item.checked}
      tabIndex={-1}
      onClick={onSelect}
      data-testid={item.testId}
    >
      <span class="menu-mark">
        {item.checked ? <Check size={18} aria-hidden="true" /> : Icon && <Icon size={18} aria-hidden="true" />}
      </span>
      <span class="menu-label">{item.label}</span>
      {item.hint !== undefined && <kbd>{item.hint}</kbd>}
    </button>
  );
};
