/** What the page is narrowed down to, each part with a way to remove it. The agent has a menu of its own as well. */
import { chipsOf, type Filter } from '../decisions/filter';
import { FilterChip } from '../ui/FilterChip';

export function Chips({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const chips = chipsOf(filter);
  if (chips.length === 0) return null;
  return (
    <div className="perf-chips" role="group" aria-label="Filters">
      <span className="mut">Only</span>
      {chips.map((chip) => (
        <FilterChip key={chip.term} chip={chip} onFilter={onFilter} />
      ))}
    </div>
  );
}
