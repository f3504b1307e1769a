/** What a list is divided into, and how many there are of each. */
import { count } from '../format';
import './tabs.css';

interface Props<T extends string> {
  label: string;
  tabs: readonly T[];
  words: Record<T, string>;
  counts: Record<T, number> | null;
  tab: T;
  onTab: (tab: T) => void;
}

export function CountTabs<T extends string>({ label, tabs, words, counts, tab, onTab }: Props<T>) {
  return (
    <div className="outcome-tabs" role="group" aria-label={label}>
      {tabs.map((each) => (
        <button key={each} type="button" aria-pressed={each === tab} onClick={() => onTab(each)}>
          {words[each]}
          {counts && <i>{count(counts[each])}</i>}
        </button>
      ))}
    </div>
  );
}
