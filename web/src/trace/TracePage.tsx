/** One decision, moment by moment: where the time and the money went, and what is unanswered. */
import { type CSSProperties, useMemo, useRef, useState } from 'react';
import { OUTCOMES } from '../api/types';
import { count, shortId } from '../format';
import { OutcomeLabel } from '../outcome';
import { currentAddress, navigate, usePath } from '../router';
import { TopBar } from '../shell/TopBar';
import { HelpDialog, useHelp } from '../ui/HelpDialog';
import { ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { copy } from '../ui/copy';
import { NARROW, useMedia } from '../ui/useMedia';
import { useSize } from '../ui/useSize';
import { nextError, nextMatch } from './commands';
import { NARROW_ROWS, WIDE_ROWS } from './geometry';
import { Minimap } from './Minimap';
import { usePalette } from './palette';
import { Panel } from './Panel';
import { Resizer } from './Resizer';
import { Summary } from './Summary';
import { titleOf } from './title';
import { Toolbar } from './Toolbar';
import { EmptyTrace, LoadingTrace, MissingTrace } from './TraceStates';
import { useStory } from './useStory';
import { type LoadedTrace, useTrace } from './useTrace';
import { TRACE_KEYS, useTraceKeys } from './useTraceKeys';
import { useView } from './useView';
import { usePanes } from './usePanes';
import { Waterfall } from './Waterfall';
import './trace.css';

export default function TracePage() {
  const path = usePath();
  const traceId = decodeURIComponent(/^\/traces\/([^/]+)/.exec(path)?.[1] ?? '');
  return <Trace key={traceId} traceId={traceId} />;
}

function Trace({ traceId }: { traceId: string }) {
  const { data, error, loading, loadedAt, refresh } = useTrace(traceId);
  return (
    <>
      <Progress active={loading && !data} />
      {data && data.model.count > 0 && <TraceStory loaded={data} />}
      {data?.model.count === 0 && <EmptyTrace onRetry={refresh} />}
      {data && error && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      {!data && error && <MissingTrace traceId={traceId} error={error} onRetry={refresh} />}
      {!data && !error && <LoadingTrace traceId={traceId} />}
    </>
  );
}

function TraceStory({ loaded }: { loaded: LoadedTrace }) {
  const [state, change] = useView();
  const geometry = useMedia(NARROW) ? NARROW_ROWS : WIDE_ROWS;
  const story = useStory(loaded, state, change, geometry);
  const { model, head, rows, view, path, connectors, hits, folded, selected, whole } = story;
  const palette = usePalette(model.lanes, OUTCOMES);
  const grid = useRef<HTMLDivElement>(null);
  const find = useRef<HTMLInputElement>(null);
  const panel = useRef<HTMLElement>(null);
  const [raised, setRaised] = useState(false);
  const sheet = useSize(panel);
  const covered = geometry.narrow ? sheet.height : 0;
  const [help, setHelp] = useHelp();
  const panes = usePanes();

  const copyLink = (): void => void copy(currentAddress(), 'Link');
  const openPanel = (): void => {
    setRaised(true);
    panel.current?.focus();
  };
  const back = useBack(() => {
    if (raised) setRaised(false);
    const inPanel = panel.current?.contains(document.activeElement) ?? false;
    if (inPanel) grid.current?.focus();
    return raised || inPanel;
  });
  const onKeyDown = useTraceKeys(story, state, change, { grid, find, copyLink, openPanel, back });

  const frame = useMemo(
    () => ({
      model,
      rows,
      view,
      path: state.criticalPath ? path : null,
      connectors,
      colouring: state.colouring,
      hits,
      folded,
      selected,
      palette,
      geometry,
    }),
    [model, rows, view, state.criticalPath, state.colouring, path, connectors, hits, folded, selected, palette, geometry],
  );

  return (
    <>
      <TopBar title={titleOf(head.summary)} parent={{ href: '/decisions', title: 'Decisions' }} aside={<OutcomeLabel outcome={head.summary.outcome} />}>
        <button type="button" className="trace-id mono hide-s" title={`Copy ${head.trace_id}`} onClick={() => void copy(head.trace_id, 'Trace id')}>
          {shortId(head.trace_id)}
        </button>
        <button type="button" className="btn hide-s" onClick={copyLink}>
          Copy link
        </button>
      </TopBar>
      <Summary story={story} onError={() => nextError(story, 1)} />
      {head.shown < head.total && (
        <p className="partial" role="status">
          Showing {count(head.shown)} of {count(head.total)} spans.
        </p>
      )}
      <div className="split" style={{ '--tree': `${panes.tree.width}px`, '--panel': `${panes.panel.width}px` } as CSSProperties}>
        <div className="wf">
          <Toolbar
            story={story}
            state={state}
            change={change}
            find={find}
            onMatch={(direction) => nextMatch(story, direction)}
            onLeave={() => grid.current?.focus()}
          />
          <Minimap model={model} palette={palette} view={view} whole={whole} onView={story.setView} />
          <Waterfall story={story} geometry={geometry} frame={frame} grid={grid} asked={state.span !== ''} covered={covered} onOpen={() => setRaised(true)} onKeyDown={onKeyDown} />
          <Resizer className="tree" label="Width of the tree" pane={panes.tree} side="left" onWidth={(width) => panes.setWidth('tree', width)} />
          {rows.count === 0 && <NoMatches onAll={() => change({ only: false })} />}
        </div>
        <Resizer className="panel" label="Width of the details" pane={panes.panel} side="right" onWidth={(width) => panes.setWidth('panel', width)} />
        <Panel story={story} tab={state.tab} change={change} panel={panel} raised={raised} onRaise={setRaised} />
      </div>
      <HelpDialog keys={TRACE_KEYS} open={help} onChange={setHelp} />
    </>
  );
}

function NoMatches({ onAll }: { onAll: () => void }) {
  return (
    <div className="no-matches">
      <p>No span matches.</p>
      <button type="button" className="btn" onClick={onAll}>
        Show all spans
      </button>
    </div>
  );
}

/** Esc closes what is open; with nothing open it goes to where the trace was opened from. */
function useBack(close: () => boolean): () => void {
  const [opened] = useState(() => {
    const entry = performance.getEntriesByType('navigation')[0];
    return entry ? new URL(entry.name).pathname : '';
  });
  return () => {
    if (close()) return;
    // The page was loaded with this address: history may lead out of the app.
    if (opened === window.location.pathname) navigate('/decisions');
    else window.history.back();
  };
}
