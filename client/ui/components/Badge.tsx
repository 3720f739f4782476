// A count on a button; the button's own label says it in words.

/** @param class on a phone's bar only: `narrow-only` */
export const Badge = ({ count, class: extra = '' }: { count: number; class?: string }) =>
  count === 0 ? null : (
    <span class={`badge ${extra}`} aria-hidden="true">
      {count > 99 ? '99+' : count}
    </span>
  );
