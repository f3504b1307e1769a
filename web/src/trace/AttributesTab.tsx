/** The first tab: what the span says about money, time, other things, itself. */
import type { ReactNode } from 'react';
import type { Attribute, Span } from '../api/types';
import { duration, plural, signum, usd } from '../format';
import { Icon } from '../icons';
import { clock } from '../time';
import { EntryRows, PlainAttributes } from './AttributeList';
import { type Entry, type Group, grouped } from './attributes';
import { minus } from './decimal';
import { Copyable, Facts } from './Facts';
import { unixNs } from './instant';
import { limitFor } from '../limits';
import { Flag, has, spanId } from './model';
import { IssueNotes } from './IssueNotes';
import { LedgerNote } from './LedgerNote';
import { SpanNotes } from './SpanNotes';
import type { Story } from './useStory';
import type { ValueActions } from './ValueMenu';

interface Props {
  story: Story;
  row: number;
  span: Span | null;
  actions: ValueActions;
}

export function AttributesTab({ story, row, span, actions }: Props) {
  const groups = grouped(span?.attributes ?? []);
  const resource: Attribute[] = span ? (story.head.resources[span.resource] ?? []) : [];
  return (
    <>
      <IssueNotes marks={story.marks} row={row} />
      <SpanNotes model={story.model} row={row} span={span} />
      <LedgerNote found={story.ledger.get(row)} />
      <Section group="Money" groups={groups} actions={actions}>
        <NetProfit groups={groups} />
      </Section>
      <Section group="Model" groups={groups} actions={actions} />
      <h3>Timing</h3>
      <Timing story={story} row={row} span={span} />
      <EntryRows entries={groups.get('Timing') ?? []} actions={actions} />
      <Section group="Linked" groups={groups} actions={actions} />
      <h3>Identity</h3>
      <Identity story={story} row={row} span={span} />
      <EntryRows entries={groups.get('Identity') ?? []} actions={actions} />
      <Section group="HTTP" groups={groups} actions={actions} />
      <Section group="Other" groups={groups} actions={actions} />
      {span !== null && span.dropped_attributes_count > 0 && (
        <p className="note-line">{plural(span.dropped_attributes_count, 'attribute')} dropped by the recorder</p>
      )}
      {resource.length > 0 && (
        <details className="resource">
          <summary>
            <Icon name="right" small />
            Resource <span>{resource.length}</span>
          </summary>
          <PlainAttributes attributes={resource} actions={actions} />
        </details>
      )}
    </>
  );
}

interface SectionProps {
  group: Group;
  groups: Map<Group, Entry[]>;
  actions: ValueActions;
  children?: ReactNode;
}

function Section({ group, groups, actions, children }: SectionProps) {
  const entries = groups.get(group) ?? [];
  if (entries.length === 0) return null;
  return (
    <>
      <h3>{group}</h3>
      <EntryRows entries={entries} actions={actions} />
      {children}
    </>
  );
}

/** Gross less the fee, where the span says both. */
function NetProfit({ groups }: { groups: Map<Group, Entry[]> }) {
  const of = (key: string): string => {
    const value = groups.get('Money')?.find(({ attribute }) => attribute.key === key)?.attribute.value;
    return value?.type === 'double' && typeof value.value === 'number' ? String(value.value) : '';
  };
  const net = minus(of('pf.pnl_usd'), of('pf.fee_usd'));
  if (net === '') return null;
  const sign = signum(net);
  return <Facts facts={[['P&L, net', <b key="net" className={sign > 0 ? 'gain' : sign < 0 ? 'loss' : ''}>{usd(net, { sign: true })}</b>]]} />;
}

function Timing({ story, row, span }: Omit<Props, 'actions'>) {
  const { model, path } = story;
  const open = has(model, row, Flag.open);
  const took = model.end[row] - model.start[row];
  const limit = limitFor(model.strings[model.name[row]]);
  const startNs = span?.start_ns ?? unixNs(model.originNs, model.start[row]);
  const startMs = Number(BigInt(startNs) / 1_000_000n);
  const onPath = pathTime(path, row);
  return (
    <Facts
      facts={[
        ['Start', <Copyable key="s" text={startNs} what="Start" shown={`${clock(startMs, 'utc')} UTC`} />],
        [open ? 'Open for' : 'Duration', <span key="d" className={open ? 'o-flight' : has(model, row, Flag.slow) ? 'slow' : ''} title={`${took} ns`}>{duration(took)}</span>],
        limit === null ? null : ['Limit', duration(limit)],
        ['Self time', duration(model.selfTime[row])],
        ['On critical path', onPath > 0 ? duration(onPath) : 'no'],
      ]}
    />
  );
}

function pathTime({ offset, from, to }: Story['path'], row: number): number {
  let sum = 0;
  for (let segment = offset[row]; segment < offset[row + 1]; segment++) sum += to[segment] - from[segment];
  return sum;
}

function Identity({ story, row, span }: Omit<Props, 'actions'>) {
  const { model } = story;
  const lane = model.lanes[model.lane[row]];
  const id = spanId(model, row);
  const trace = model.traces[model.trace[row]];
  return (
    <Facts
      facts={[
        ['Agent', lane.agent],
        span?.release ? ['Release', span.release] : null,
        span ? ['Kind', span.kind] : null,
        span?.scope.name ? ['Scope', [span.scope.name, span.scope.version].filter(Boolean).join(' ')] : null,
        ['Span id', <Copyable key="i" text={id} what="Span id" shown={id} mono />],
        ['Trace id', <Copyable key="t" text={trace} what="Trace id" shown={`${trace.slice(0, 8)}…${trace.slice(-8)}`} mono />],
        span?.trace_state ? ['Trace state', span.trace_state] : null,
      ]}
    />
  );
}
