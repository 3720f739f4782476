// The picture on the start page: a brass key plate, drawn, so that nothing is loaded for it.

export const KeyPlate = () => (
  <svg class="key-plate" viewBox="0 0 320 400" aria-hidden="true" focusable="false">
    <rect class="plate" x="60" y="20" width="200" height="360" rx="100" />
    <rect class="plate-rim" x="74" y="34" width="172" height="332" rx="86" />
    <circle class="plate-pin" cx="160" cy="72" r="7" />
    <circle class="plate-pin" cx="160" cy="328" r="7" />
    <path class="plate-hole" d="M160 128a46 46 0 0 0-24 85.2L118 284h84l-18-70.8A46 46 0 0 0 160 128Z" />
  </svg>
);
