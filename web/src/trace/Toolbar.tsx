/** Find, matches only, critical path, colour, fit. */
import type { KeyboardEvent, RefObject } from 'react';
import { count } from '../format';
import { Icon } from '../icons';
import { matchCount } from './commands';
import type { Story } from './useStory';
import type { ChangeView } from './useView';
import { COLOURINGS, type Colouring, type ViewState } from './view';
import './toolbar.css';

const COLOUR_WORDS: Record<Colouring, string> = { agent: 'Agent', outcome: 'Outcome', pnl: 'P&L', self: 'Self time' };

interface Props {
  story: Story;
  state: ViewState;
  change: ChangeView;
  find: RefObject<HTMLInputElement | null>;
  onMatch: (direction: 1 | -1) => void;
  onLeave: () => void;
}

export function Toolbar({ story, state, change, find, onMatch, onLeave }: Props) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      event.preventDefault();
      onMatch(event.shiftKey ? -1 : 1);
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      onLeave();
    }
  };
  return (
    <div className="bar" role="toolbar" aria-label="Waterfall">
      <label className="find">
        <Icon name="find" />
        <span className="sr">Find in trace</span>
        <input
          ref={find}
          type="text"
          placeholder="Find in trace"
          autoComplete="off"
          spellCheck={false}
          value={state.find}
          onChange={(event) => change({ find: event.target.value })}
          onKeyDown={onKeyDown}
        />
        <span className="found" aria-live="polite">
          {found(story)}
        </span>
        {state.find ? (
          <button type="button" aria-label="Clear find" onClick={() => change({ find: '', only: false })}>
            <Icon name="close" small />
          </button>
        ) : (
          <kbd className="hide-s">/</kbd>
        )}
      </label>
      <button type="button" className="btn" aria-pressed={state.only} onClick={() => change({ only: !state.only })}>
        Matches<span className="hide-s">only</span>
      </button>
      <div className="grow hide-s" />
      <button
        type="button"
        className="btn hide-s"
        aria-pressed={state.criticalPath}
        onClick={() => change({ criticalPath: !state.criticalPath })}
      >
        Critical path
      </button>
      <label className="btn colour hide-s">
        <span className="mut">Colour</span>
        <span aria-hidden="true">{COLOUR_WORDS[state.colouring]}</span>
        <Icon name="down" small />
        <select value={state.colouring} onChange={(event) => change({ colouring: event.target.value as Colouring })}>
          {COLOURINGS.map((each) => (
            <option key={each} value={each}>
              {COLOUR_WORDS[each]}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className="btn quiet hide-s" onClick={() => story.setView(story.whole)}>
        Fit<kbd>0</kbd>
      </button>
    </div>
  );
}

/** `3 of 14`, `14` while none of them is selected. */
function found(story: Story): string {
  if (!story.hits) return '';
  const { at, of } = matchCount(story);
  if (of === 0) return 'none';
  return at > 0 ? `${count(at)} of ${count(of)}` : count(of);
}
