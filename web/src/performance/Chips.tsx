/** What the page is narrowed down to, each part with a way to remove it. The agent has a menu of its own as well. */
import { chipsOf, type Filter } from '../decisions/filter';
import { Icon } from '../icons';

export function Chips({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const chips = chipsOf(filter);
  if (chips.length === 0) return null;
  return (
    <div className="perf-chips" role="group" aria-label="Filters">
      <span className="mut">Only</span>
      {chips.map((chip) => (
        <span className="chip" key={chip.term}>
          <span>{chip.label}</span>
          {chip.value}
          <button
            type="button"
            aria-label={`Remove filter ${chip.label} ${chip.value}`}
            onClick={() => onFilter(chip.without)}
          >
            <Icon name="close" small />
          </button>
        </span>
      ))}
    </div>
  );
}
