/** What to group by: the dimensions that every agent has, or any attribute by its key. */
import { useState, type FormEvent } from 'react';
import { Icon } from '../icons';
import { Popover } from '../ui/Popover';
import { attributeOf, byAttribute, DIMENSIONS, type Dimension } from './view';

export const BY_WORDS: Record<Dimension, string> = {
  agent: 'Agent',
  strategy: 'Strategy',
  release: 'Release',
  asset: 'Asset',
  side: 'Side',
  hour: 'Hour of day',
};
const OFTEN = ['pf.signal_type', 'pf.order_type', 'pf.service', 'gen_ai.request.model'];

export const byWord = (by: string): string => attributeOf(by) ?? BY_WORDS[by as Dimension];

export function ByMenu({ by, onBy }: { by: string; onBy: (by: string) => void }) {
  return (
    <Popover
      label="Group by"
      align="start"
      button={
        <>
          <span className="mut">By</span>
          {attributeOf(by) ? <span className="mono">{attributeOf(by)}</span> : byWord(by).toLowerCase()}
          <Icon name="down" />
        </>
      }
    >
      {(close) => (
        <div className="by-panel" ref={intoView}>
          <div role="group" aria-label="Dimensions">
            {DIMENSIONS.map((each) => (
              <Choice key={each} chosen={each === by} word={BY_WORDS[each]} onChoose={() => (onBy(each), close())} />
            ))}
          </div>
          <AttributeForm
            attribute={attributeOf(by) ?? ''}
            onAttribute={(key) => {
              onBy(byAttribute(key));
              close();
            }}
          />
        </div>
      )}
    </Popover>
  );
}

/** The menu opens below its button, which may be at the end of what is seen. */
const intoView = (panel: HTMLElement | null): void => panel?.scrollIntoView({ block: 'nearest' });

function Choice({ word, chosen, onChoose }: { word: string; chosen: boolean; onChoose: () => void }) {
  return (
    <button type="button" className="menu-item" aria-pressed={chosen} onClick={onChoose}>
      {word}
      <span className="grow" />
      {chosen && <Icon name="check" />}
    </button>
  );
}

function AttributeForm({ attribute, onAttribute }: { attribute: string; onAttribute: (key: string) => void }) {
  const [text, setText] = useState(attribute);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const key = text.trim();
    if (key) onAttribute(key);
  };
  return (
    <form className="by-attribute" onSubmit={submit}>
      <label>
        <span>Any attribute</span>
        <input
          className="field mono"
          value={text}
          placeholder="pf.signal_type"
          list="by-attributes"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <datalist id="by-attributes">
        {OFTEN.map((key) => (
          <option key={key} value={key} />
        ))}
      </datalist>
      <button type="submit" className="btn" disabled={text.trim() === ''}>
        Group by it
      </button>
    </form>
  );
}
