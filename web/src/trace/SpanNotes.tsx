/** What stands above a span's attributes: that it failed, is unfinished, unknown, interrupted or missing. */
import type { Span } from '../api/types';
import { usd } from '../format';
import { OutcomeGlyph } from '../outcome';
import { Flag, type TraceModel, has } from './model';
import { plainText } from './value';

interface Props {
  model: TraceModel;
  row: number;
  /** null until it was fetched, and for a placeholder. */
  span: Span | null;
}

export function SpanNotes(props: Props) {
  const { model, row, span } = props;
  return (
    <>
      <Unfinished {...props} />
      {span && <FoundOut span={span} />}
      {span?.status === 'error' && <Failure span={span} message={model.strings[model.message[row]]} />}
    </>
  );
}

/** What is not known yet, and what that means for the money. */
function Unfinished({ model, row, span }: Props) {
  if (has(model, row, Flag.missing)) {
    const open = has(model, row, Flag.open);
    return (
      <div className={open ? 'note flight' : 'note'}>
        {open && <OutcomeGlyph outcome="flight" />}
        <div>{open ? 'Still running, or on its way: its children were received, it was not.' : 'Its children name this span as their parent, and it was never received.'}</div>
      </div>
    );
  }
  if (has(model, row, Flag.interrupted)) {
    return (
      <div className="note">
        <OutcomeGlyph outcome="interrupted" />
        <div>The process ended before this span did. It was recovered from the journal.</div>
      </div>
    );
  }
  if (!has(model, row, Flag.open | Flag.unknown)) return null;
  const amount = span?.attributes.find(({ key }) => key === 'pf.amount_usd' || key === 'pf.size_usd');
  const exposed = amount ? ` ${usd(plainText(amount.value))} stays exposed until the venue confirms.` : '';
  const unknown = has(model, row, Flag.unknown);
  return (
    <div className="note flight">
      <OutcomeGlyph outcome={unknown ? 'unknown' : 'flight'} />
      <div>
        {unknown ? lostAnswer(span) : has(model, row, Flag.client) ? 'Sent, no answer yet.' : 'Not finished yet.'}
        {exposed}
      </div>
    </div>
  );
}

const lostAnswer = (span: Span | null): string =>
  `The answer was lost. ${span?.name.startsWith('pf.trade.') ? 'The order may have been filled.' : 'It may have happened.'}`;

const FOUND: ReadonlyMap<string, string> = new Map([
  ['not_placed', 'nothing has happened'],
  ['done', 'it has happened'],
]);

/** What became of a request whose answer was lost, once the agent had looked. */
function FoundOut({ span }: { span: Span }) {
  const resolved = span.events.find((event) => event.name === 'order_resolved');
  const state = resolved?.attributes.find(({ key }) => key === 'pf.order.state');
  if (!state) return null;
  const found = plainText(state.value);
  return (
    <div className="note">
      <div>The answer was lost. Asked what had become of it, the venue said: {FOUND.get(found) ?? found.replaceAll('_', ' ')}.</div>
    </div>
  );
}

function Failure({ span, message }: { span: Span; message: string }) {
  const detail = span.events.find((event) => event.name === 'exception')?.attributes.find(({ key }) => key === 'exception.message');
  return (
    <div className="note failed">
      <OutcomeGlyph outcome="failed" />
      <div>
        <b>{message}</b>
        {detail && plainText(detail.value) !== message && <p>{plainText(detail.value)}</p>}
      </div>
    </div>
  );
}
