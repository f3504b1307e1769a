/** The states with how many issues are in each, and the order of the list. */
import { Icon } from '../icons';
import { CountTabs } from '../ui/CountTabs';
import { Popover } from '../ui/Popover';
import type { IssueCounts } from './shapes';
import { SORTS, TABS, type Sort, type Tab } from './view';

const WORDS: Record<Tab, string> = {
  unresolved: 'Unresolved',
  new: 'New',
  regressed: 'Regressed',
  escalating: 'Escalating',
  archived: 'Archived',
  resolved: 'Resolved',
  all: 'All',
};

export function Tabs(props: { counts: IssueCounts | null; tab: Tab; onTab: (tab: Tab) => void }) {
  return <CountTabs label="State" tabs={TABS} words={WORDS} {...props} />;
}

const SORT_WORDS: Record<Sort, string> = {
  last_seen: 'Last seen',
  first_seen: 'First seen',
  events: 'Most events',
  users: 'Most users',
  priority: 'Priority',
};

export function SortMenu({ sort, onSort }: { sort: Sort; onSort: (sort: Sort) => void }) {
  return (
    <Popover
      label="Order"
      kind="menu"
      button={
        <>
          {SORT_WORDS[sort]}
          <Icon name="down" small />
        </>
      }
    >
      {(close) =>
        SORTS.map((each) => (
          <button
            key={each}
            type="button"
            className="menu-item"
            role="menuitemradio"
            aria-checked={each === sort}
            onClick={() => (onSort(each), close())}
          >
            {SORT_WORDS[each]}
            <span className="grow" />
            {each === sort && <Icon name="check" />}
          </button>
        ))
      }
    </Popover>
  );
}
