/** One call of a stack: where, and unfolded its source with the call marked, and the local variables. */
import { Icon } from '../icons';
import type { Frame } from './shapes';
import { functionOf, placeOf } from './stack';

export function FrameRow({ frame, open }: { frame: Frame; open: boolean }) {
  const more = frame.source.length > 0 || frame.vars.length > 0;
  const heading = (
    <>
      <span className="frame-function mono">{functionOf(frame)}</span>
      <span className="frame-place mono" title={frame.abs_path || undefined}>
        {placeOf(frame)}
      </span>
    </>
  );
  const className = frame.in_app ? 'frame own' : 'frame';
  if (!more) {
    return (
      <li className={className}>
        <div className="frame-head">
          <span className="frame-gap" />
          {heading}
        </div>
      </li>
    );
  }
  return (
    <li className={className}>
      <details open={open}>
        <summary className="frame-head">
          <Icon name="right" small />
          {heading}
        </summary>
        {frame.source.length > 0 && <Source frame={frame} />}
        {frame.vars.length > 0 && (
          <dl className="pairs frame-vars">
            {frame.vars.map(({ key, value }) => (
              <div key={key}>
                <dt className="mono">{key}</dt>
                <dd className="mono">{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </details>
    </li>
  );
}

function Source({ frame: { source, at } }: { frame: Frame }) {
  return (
    <ol className="source mono" tabIndex={0} aria-label="Source">
      {source.map(({ number, text }, index) => (
        <li key={index} aria-current={index === at ? 'true' : undefined}>
          <span className="line-number">{number ?? ''}</span>
          <code>{text || ' '}</code>
        </li>
      ))}
    </ol>
  );
}
