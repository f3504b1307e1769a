/** What the selected span holds: five tabs at the right, a sheet from below on small screens. */
import { type KeyboardEvent, type RefObject, useMemo } from 'react';
import { count, duration } from '../format';
import { useLanes } from '../lanes';
import { copy } from '../ui/copy';
import { AttributesTab } from './AttributesTab';
import { EventsTab } from './EventsTab';
import { LinksTab, type Relation, relationsOf } from './LinksTab';
import { LogsTab } from './LogsTab';
import { Flag, has, spanId } from './model';
import { lookOf } from './palette';
import { useSpan } from './useSpan';
import type { Story } from './useStory';
import type { ChangeView } from './useView';
import { TABS, type Tab } from './view';
import type { ValueActions } from './ValueMenu';
import './details.css';
import './panel.css';

interface Props {
  story: Story;
  tab: Tab;
  change: ChangeView;
  panel: RefObject<HTMLElement | null>;
  /** On small screens: raised, so that the tabs are seen. */
  raised: boolean;
  onRaise: (raised: boolean) => void;
}

export function Panel({ story, tab, change, panel, raised, onRaise }: Props) {
  const { model, selected: row, head, connectors } = story;
  const laneOf = useLanes();
  const span = useSpan(story, row);
  const lane = model.lanes[model.lane[row]];
  const relations = useMemo(() => relationsOf({ model, connectors }, row, span), [model, connectors, row, span]);
  const events = model.eventFrom[row + 1] - model.eventFrom[row];
  const actions = useMemo<ValueActions>(
    () => ({ startNs: head.summary.start_ns, onFind: (find) => change({ find }) }),
    [head.summary.start_ns, change],
  );
  const name = model.strings[model.name[row]];
  const took = duration(model.end[row] - model.start[row]);
  return (
    <aside ref={panel} className={raised ? 'pan up' : 'pan'} aria-label="Span details" tabIndex={-1}>
      <div className="ph">
        <button type="button" className="sheet" aria-label={raised ? 'Lower details' : 'Raise details'} aria-expanded={raised} onClick={() => onRaise(!raised)} />
        <h2>{name}</h2>
        <p>
          <span className={`lane ${lookOf(lane, laneOf).className}`} aria-hidden="true" />
          {lane.agent}, {has(model, row, Flag.open) ? `open for ${took}` : took}
        </p>
        <Tabs tab={tab} counts={{ events, links: relations.length }} onTab={(each) => change({ tab: each })} />
      </div>
      <div className="pb" role="tabpanel" id="span-tabpanel" aria-labelledby={`span-tab-${tab}`} tabIndex={0}>
        <Body story={story} row={row} tab={tab} span={span} relations={relations} actions={actions} />
      </div>
    </aside>
  );
}

interface BodyProps {
  story: Story;
  row: number;
  tab: Tab;
  span: ReturnType<typeof useSpan>;
  relations: readonly Relation[];
  actions: ValueActions;
}

function Body({ story, row, tab, span, relations, actions }: BodyProps) {
  const { model } = story;
  if (tab === 'attributes') return <AttributesTab story={story} row={row} span={span} actions={actions} />;
  if (tab === 'links') return <LinksTab story={story} relations={relations} span={span} actions={actions} />;
  if (tab === 'logs') {
    return <LogsTab traceId={model.traces[model.trace[row]]} spanId={spanId(model, row)} originNs={model.originNs} actions={actions} />;
  }
  if (!span) return model.position[row] < 0 ? <p className="nothing">This span was not received.</p> : null;
  if (tab === 'events') return <EventsTab span={span} actions={actions} />;
  const raw = JSON.stringify(span, null, 2);
  return (
    <div className="raw">
      <button type="button" className="btn" onClick={() => void copy(raw, 'Span')}>
        Copy
      </button>
      <pre>{raw}</pre>
    </div>
  );
}

const WORDS: Record<Tab, string> = { attributes: 'Attributes', events: 'Events', links: 'Links', logs: 'Logs', raw: 'Raw' };

/** Arrow keys move between tabs, as in every tab list; the tab itself is chosen at once. */
function Tabs({ tab, counts, onTab }: { tab: Tab; counts: Partial<Record<Tab, number>>; onTab: (tab: Tab) => void }) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = TABS.indexOf(tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = TABS[(to + TABS.length) % TABS.length];
    onTab(next);
    event.currentTarget.querySelector<HTMLElement>(`#span-tab-${next}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label="Span details" onKeyDown={onKeyDown}>
      {TABS.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          id={`span-tab-${each}`}
          aria-selected={each === tab}
          aria-controls="span-tabpanel"
          tabIndex={each === tab ? 0 : -1}
          onClick={() => onTab(each)}
        >
          {WORDS[each]}
          {counts[each] !== undefined && counts[each] > 0 && <span>{count(counts[each])}</span>}
        </button>
      ))}
    </div>
  );
}
