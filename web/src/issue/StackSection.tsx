/** The exceptions of the chain, what was caught first, each with its stack: own frames open, libraries folded. */
import { useState } from 'react';
import { plural } from '../format';
import { Icon } from '../icons';
import { copy } from '../ui/copy';
import { FrameRow } from './FrameRow';
import type { Exception, IssueEvent, Stack } from './shapes';
import { asText, runsOf, type Run } from './stack';
import './stack.css';

export function StackSection({ event }: { event: IssueEvent }) {
  const { exceptions, stack, message } = event;
  if (exceptions.length === 0 && !stack) {
    return message ? (
      <section>
        <h3>Message</h3>
        <p className="stack-message">{message}</p>
      </section>
    ) : null;
  }
  return (
    <section className="stack">
      <h3>
        Stack
        <span className="grow" />
        <button type="button" className="btn quiet" onClick={() => void copy(asText(exceptions, stack), 'Stack')}>
          <Icon name="copy" />
          Copy as text
        </button>
      </h3>
      {exceptions.toReversed().map((exception, index) => (
        <OneException key={index} exception={exception} cause={index > 0} open={index === 0} />
      ))}
      {stack && <Frames stack={stack} open />}
    </section>
  );
}

function OneException({ exception, cause, open }: { exception: Exception; cause: boolean; open: boolean }) {
  const { type, value, module, mechanism, handled, stack } = exception;
  const caught = [mechanism, handled === false ? 'not handled' : handled === true ? 'handled' : null].filter(Boolean);
  return (
    <div className="exception">
      {cause && <p className="mut exception-cause">caused by</p>}
      <p className="exception-name">
        <b>{module && !type.includes('.') ? `${module}.${type}` : type || 'Exception'}</b>
        <span className="mut">{caught.join(', ')}</span>
      </p>
      {value && <p className="stack-message">{value}</p>}
      {stack ? <Frames stack={stack} open={open} /> : <p className="mut">No stack was sent.</p>}
    </div>
  );
}

/** `open`: the frame that failed shows its source at once. */
function Frames({ stack, open }: { stack: Stack; open: boolean }) {
  const runs = runsOf(stack);
  const firstOwn = runs.findIndex(({ inApp }) => inApp);
  return (
    <ol className="frames">
      {runs.map((run, index) =>
        run.inApp ? (
          run.frames.map((frame, at) => (
            <FrameRow key={`${index}.${at}`} frame={frame} open={open && index === firstOwn && at === 0} />
          ))
        ) : (
          <LibraryFrames key={index} run={run} />
        ),
      )}
      {stack.omitted > 0 && <li className="mut frames-note">{plural(stack.omitted, 'frame')} in the middle of the stack are not kept</li>}
    </ol>
  );
}

function LibraryFrames({ run: { frames } }: { run: Run }) {
  const [open, setOpen] = useState(false);
  const from = [...new Set(frames.map(({ module, filename }) => (module || filename).split(/[./]/)[0]).filter(Boolean))];
  return (
    <>
      <li>
        <button type="button" className="frames-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name={open ? 'down' : 'right'} small />
          {plural(frames.length, 'library frame')}
          <span className="mut">{from.slice(0, 3).join(', ')}</span>
        </button>
      </li>
      {open && frames.map((frame, index) => <FrameRow key={index} frame={frame} open={false} />)}
    </>
  );
}
