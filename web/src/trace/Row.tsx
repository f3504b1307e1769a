/** One line of the treegrid. Bars are on the canvas behind it; here is the text, and the words for what is drawn. */
import { memo } from 'react';
import { duration } from '../format';
import { Icon } from '../icons';
import { useLanes } from '../lanes';
import { CLAIM_LOOKS, VerdictGlyph } from '../ledger/glyphs';
import type { ClaimState } from '../ledger/shapes';
import { OutcomeGlyph } from '../outcome';
import { LaneBadge } from '../ui/Lane';
import { Flag, type Lane, type TraceModel, has } from './model';
import { lookOf } from './palette';
import { durationClass, durationOf, glyphOf, moneyClass, moneyOf, trackText } from './rowState';

/** The tree's indent stops growing here: a chain of a thousand spans must still show names. */
const DEEPEST_INDENT = 14;

/** Element id of an item of the list: a row, or -1 - lane for a lane's header. */
export const itemId = (item: number): string => (item < 0 ? `lane-row-${-1 - item}` : `span-row-${item}`);

interface SpanRowProps {
  model: TraceModel;
  row: number;
  /** Position in the treegrid, from 1. */
  index: number;
  top: number;
  selected: boolean;
  /** The keyboard is here: it is selected, or it hides what is. */
  active: boolean;
  folded: boolean;
  /** An issue happened in it. */
  issue: boolean;
  /** It names an entry of a ledger, and this is so. */
  ledger: ClaimState | undefined;
  /** How find sees it; '' when nothing is looked for. */
  match: 'hit' | 'dim' | '';
}

export const SpanRow = memo(function SpanRow({ model, row, index, top, selected, active, folded, issue, ledger, match }: SpanRowProps) {
  const glyph = glyphOf(model, row);
  const parent = model.size[row] > 1;
  const linked = has(model, row, Flag.linksOut | Flag.linkedFrom);
  const missing = has(model, row, Flag.missing);
  return (
    <div
      role="row"
      id={itemId(row)}
      className={['r', match, missing && 'missing', active && 'active'].filter(Boolean).join(' ')}
      style={{ top }}
      data-row={row}
      aria-rowindex={index}
      aria-level={model.depth[row] + 2}
      aria-selected={selected}
      aria-expanded={parent ? !folded : undefined}
    >
      <div role="gridcell" className="nm" style={{ paddingLeft: 20 + Math.min(model.depth[row], DEEPEST_INDENT) * 14 }}>
        <span className="tw" data-fold={parent ? row : undefined}>
          {parent && <Icon name={folded ? 'right' : 'down'} small />}
        </span>
        {glyph && <OutcomeGlyph outcome={glyph} />}
        <span className="text">{model.strings[model.name[row]]}</span>
        {folded && <span className="hidden-count">{model.size[row] - 1}</span>}
        {issue && (
          <span className="issue-mark" title="An issue happened here">
            <Icon name="error" small />
            <span className="sr">has an issue</span>
          </span>
        )}
        {ledger && <LedgerMark state={ledger} />}
        {linked && (
          <span className="mut" title="Linked with another trace">
            <Icon name="open" small />
            <span className="sr">linked</span>
          </span>
        )}
      </div>
      <div role="gridcell" className={`num money ${moneyClass(model, row)}`}>
        {moneyOf(model, row)}
      </div>
      <div role="gridcell" className={`num took ${durationClass(model, row)}`}>
        {durationOf(model, row)}
      </div>
      <div role="gridcell" className="trk">
        <span className="sr">{trackText(model, row)}</span>
      </div>
    </div>
  );
});

const LEDGER_WORDS: Record<ClaimState, string> = {
  in: 'In the ledger, leaf hash matches',
  differs: 'The ledger has something else at this entry',
  broken: 'The ledger cannot prove this entry',
  waiting: 'Under no checkpoint of the ledger yet',
  no_log: 'The hub does not have this ledger',
};

/** What is not borne out is told by a second glyph: no shape alone says that the span is in the ledger when it is not. */
function LedgerMark({ state }: { state: ClaimState }) {
  return (
    <span className={`ledger-mark ledger-${CLAIM_LOOKS[state]}`} title={LEDGER_WORDS[state]}>
      <Icon name="ledger" small />
      {state !== 'in' && <VerdictGlyph look={CLAIM_LOOKS[state]} />}
      <span className="sr">{LEDGER_WORDS[state]}</span>
    </span>
  );
}

interface LaneRowProps {
  lane: Lane;
  laneIndex: number;
  index: number;
  top: number;
  /** It is held at the top while its lane scrolls by. */
  stuck: boolean;
  active: boolean;
  folded: boolean;
}

export const LaneRow = memo(function LaneRow({ lane, laneIndex, index, top, stuck, active, folded }: LaneRowProps) {
  const look = lookOf(lane, useLanes());
  return (
    <div
      role="row"
      id={itemId(-1 - laneIndex)}
      className={['r', 'lh', stuck && 'stuck', active && 'active'].filter(Boolean).join(' ')}
      style={stuck ? undefined : { top }}
      data-lane={laneIndex}
      aria-rowindex={index}
      aria-level={1}
      aria-expanded={!folded}
    >
      <div role="gridcell" className="nm" aria-colspan={4}>
        <LaneBadge lane={look} />
        <b>{lane.agent || 'unnamed service'}</b>
        <span className="mut text">{lane.venue ? 'venue' : lane.release}</span>
        {folded && <span className="hidden-count">{lane.end - lane.first}</span>}
        {lane.skewNs !== 0 && (
          <span className="skew">
            clock {duration(Math.abs(lane.skewNs))} {lane.skewNs > 0 ? 'behind' : 'ahead'}, moved
          </span>
        )}
      </div>
    </div>
  );
});
