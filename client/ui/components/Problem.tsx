// A message that names a problem and what to do about it.
import { CircleAlert } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { testIds } from '../testIds.ts';

interface ProblemProps {
  /** The cause by name, for tests; never shown. */
  fault: string;
  children: ComponentChildren;
  action?: ComponentChildren;
}

export const Problem = ({ fault, children, action }: ProblemProps) => (
  <div class="problem" role="alert" data-testid={testIds.fault} data-fault={fault}>
    <CircleAlert size={20} aria-hidden="true" />
    <div class="problem-text">{children}</div>
    {action}
  </div>
);
