/** What this span followed from, and what followed from it, across agents and traces: both ways. */
import type { ReactNode } from 'react';
import type { Span, SpanLink } from '../api/types';
import { duration, plural, shortId } from '../format';
import { Icon } from '../icons';
import { Link } from '../router';
import { PlainAttributes } from './AttributeList';
import { joinsStory, linkedFrom } from './links';
import { type TraceModel, rowOfSpan } from './model';
import type { Story } from './useStory';
import type { ValueActions } from './ValueMenu';

export interface Relation {
  title: string;
  /** A row of this story, or -1 when it is in a trace that is not shown here. */
  row: number;
  link: SpanLink | null;
}

/** Every relation of a row, causes first. */
export function relationsOf({ model, connectors }: Pick<Story, 'model' | 'connectors'>, row: number, span: Span | null): Relation[] {
  const relations: Relation[] = [];
  const parent = row < model.count ? model.parent[row] : -1;
  if (parent >= 0 && model.lane[parent] !== model.lane[row]) relations.push({ title: 'Asked for by', row: parent, link: null });
  for (const link of span?.links ?? []) {
    const target = rowOfSpan(model, link.span_id);
    const here = target >= 0 && model.traces[model.trace[target]] === link.trace_id;
    relations.push({ title: joinsStory(link) ? 'Linked to' : 'Decided after', row: here ? target : -1, link });
  }
  for (let edge = 0; edge < connectors.count; edge++) {
    const effect = connectors.effect[edge];
    if (connectors.cause[edge] === row && model.parent[effect] === row) relations.push({ title: 'Led to', row: effect, link: null });
  }
  for (const holder of linkedFrom(model, row)) relations.push({ title: 'Linked from', row: holder, link: null });
  return relations;
}

interface Props {
  story: Story;
  relations: readonly Relation[];
  span: Span | null;
  actions: ValueActions;
}

export function LinksTab({ story, relations, span, actions }: Props) {
  if (relations.length === 0) return <p className="nothing">Nothing is linked to this span, and it links to nothing.</p>;
  return (
    <ul className="cards">
      {relations.map(({ title, row, link }, index) => (
        <li key={index}>
          {row >= 0 ? (
            <button type="button" className="card" onClick={() => story.goTo(row)}>
              <Card title={`${title} ${story.model.strings[story.model.name[row]]}`} detail={where(story.model, row)} />
            </button>
          ) : (
            link && (
              <Link className="card" href={`/traces/${link.trace_id}?span=${link.span_id}`}>
                <Card title={`${title} trace ${shortId(link.trace_id)}`} detail={<>Opens span {shortId(link.span_id)} in its own trace</>} />
              </Link>
            )
          )}
          {link && <PlainAttributes attributes={link.attributes} actions={actions} />}
        </li>
      ))}
      {span !== null && span.dropped_links_count > 0 && <li className="note-line">{plural(span.dropped_links_count, 'link')} dropped by the recorder</li>}
    </ul>
  );
}

function Card({ title, detail }: { title: string; detail: ReactNode }) {
  return (
    <>
      <Icon name="open" />
      <span>
        <b>{title}</b>
        <span>{detail}</span>
      </span>
    </>
  );
}

function where(model: TraceModel, row: number): string {
  const lane = model.lanes[model.lane[row]];
  const other = model.trace[row] > 0 ? `, trace ${shortId(model.traces[model.trace[row]])}` : '';
  return `${lane.agent}, at ${duration(model.start[row])}${other}`;
}
