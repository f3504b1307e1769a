/** The trace that the error happened in: the failing span among those around it, and the way to the whole. */
import { duration, plural } from '../format';
import { useLanes } from '../lanes';
import { Link } from '../router';
import { LaneBadge } from '../ui/Lane';
import { OutcomeGlyph, OutcomeLabel } from '../outcome';
import { rowOfSpan, spanId as idOf, type TraceModel } from '../trace/model';
import { lookOf } from '../trace/palette';
import { durationOf, glyphOf } from '../trace/rowState';
import { titleOf } from '../trace/title';
import { useTrace, type LoadedTrace } from '../trace/useTrace';
import { excerptOf } from './excerpt';
import './trace.css';

const MOST_ROWS = 12;

const traceHref = (traceId: string, spanId: string | null): string =>
  `/traces/${traceId}${spanId === null ? '' : `?span=${spanId}`}`;

export function TraceSection({ traceId, spanId }: { traceId: string; spanId: string | null }) {
  const { data, error } = useTrace(traceId);
  return (
    <section className="in-trace">
      <h3>
        Trace
        {data && <TraceName loaded={data} />}
        <span className="grow" />
        <Link className="btn" href={traceHref(traceId, spanId)}>
          Open trace
        </Link>
      </h3>
      {data && data.model.count > 0 && <Spans traceId={traceId} spanId={spanId} model={data.model} />}
      {data?.model.count === 0 && <p className="mut">None of its spans were received.</p>}
      {error && <p className="mut">{error.status === 404 ? 'Its spans were not received, or are no longer kept.' : error.message}</p>}
    </section>
  );
}

function TraceName({ loaded: { head } }: { loaded: LoadedTrace }) {
  return (
    <>
      <span className="mut in-trace-name">{titleOf(head.summary)}</span>
      <OutcomeLabel outcome={head.summary.outcome} />
    </>
  );
}

function Spans({ traceId, spanId, model }: { traceId: string; spanId: string | null; model: TraceModel }) {
  const failing = spanId === null ? -1 : rowOfSpan(model, spanId);
  const rows = excerptOf(model, failing, MOST_ROWS);
  const left = model.count - rows.length;
  return (
    <>
      <ol className="excerpt" aria-label="Spans around the error">
        {rows.map((row) => (
          <SpanLine key={row} model={model} row={row} failing={row === failing} href={traceHref(traceId, idOf(model, row))} />
        ))}
      </ol>
      <p className="mut excerpt-note">
        {spanId !== null && failing < 0 && 'The span it happened in was not received. '}
        {left > 0 && `${plural(left, 'more span')} in the trace. `}
        {duration(model.endNs)} in all.
      </p>
    </>
  );
}

/** Deeper spans are indented no further: there must be room for names. */
const DEEPEST = 8;

function SpanLine({ model, row, failing, href }: { model: TraceModel; row: number; failing: boolean; href: string }) {
  const lane = model.lanes[model.lane[row]];
  const look = lookOf(lane, useLanes());
  const glyph = glyphOf(model, row);
  const from = (model.start[row] / model.endNs) * 100;
  const wide = ((model.end[row] - model.start[row]) / model.endNs) * 100;
  const first = row === lane.first;
  return (
    <li>
      <Link href={href} className={failing ? 'failing' : undefined} aria-current={failing ? 'true' : undefined}>
        <span className="x-name" style={{ paddingLeft: Math.min(DEEPEST, model.depth[row]) * 12 }}>
          {first && <LaneBadge lane={look} />}
          {glyph && <OutcomeGlyph outcome={glyph} />}
          <span>{model.strings[model.name[row]]}</span>
          {failing && <b>error here</b>}
        </span>
        <span className="num mut">{durationOf(model, row)}</span>
        <span className="x-track" aria-hidden="true">
          <i className={failing ? 'bad' : look.className} style={{ left: `${from}%`, width: `max(2px, ${wide}%)` }} />
        </span>
      </Link>
    </li>
  );
}
