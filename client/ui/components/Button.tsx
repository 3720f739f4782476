// Every button of the page: with words, with an icon alone, and the round ones of the bar.
import type { LucideIcon } from 'lucide-preact';
import type { ComponentChildren, JSX, Ref } from 'preact';

type Native = Omit<JSX.IntrinsicElements['button'], 'icon' | 'label' | 'ref' | 'class' | 'className'>;

export interface ButtonProps extends Native {
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  icon?: LucideIcon;
  large?: boolean;
  testId?: string;
  children: ComponentChildren;
}

export const Button = ({ kind = 'plain', icon: Icon, large, testId, children, ...native }: ButtonProps) => (
  <button type="button" {...native} class={`button ${kind}${large ? ' large' : ''}`} data-testid={testId}>
    {Icon && <Icon size={large ? 22 : 18} aria-hidden="true" />}
    <span>{children}</span>
  </button>
);

export interface IconButtonProps extends Native {
  icon: LucideIcon;
  /** Says what a press does; shown as a tip. */
  label: string;
  testId?: string;
  buttonRef?: Ref<HTMLButtonElement>;
  small?: boolean;
}

export const IconButton = ({ icon: Icon, label, testId, buttonRef, small, ...native }: IconButtonProps) => (
  <button
    type="button"
    {...native}
    ref={buttonRef ?? null}
    class={`icon-button${small ? ' small' : ''}`}
    aria-label={label}
    data-tip={label}
    data-testid={testId}
  >
    <Icon size={small ? 18 : 20} aria-hidden="true" />
  </button>
);
