/** One part of a filter that is in force, with a way to remove it. A long value gives way, and is whole on hover. */
import { Icon } from '../icons';
import type { Chip } from './terms';

export function FilterChip<F>({ chip, onFilter }: { chip: Chip<F>; onFilter: (filter: F) => void }) {
  const { label, value, without } = chip;
  return (
    <span className="chip" title={`${label} ${value}`}>
      <span className="chip-label">{label}</span>
      <span className="chip-value">{value}</span>
      <button type="button" aria-label={`Remove filter ${label} ${value}`} onClick={() => onFilter(without)}>
        <Icon name="close" small />
      </button>
    </span>
  );
}
