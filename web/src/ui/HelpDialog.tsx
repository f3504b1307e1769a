/** The sheet of keyboard shortcuts, opened with `?`, and the switch that turns them off. */
import { Fragment, useEffect, useRef, useState } from 'react';
import { useKeys } from '../keyboard';
import { setPreference, usePreferences } from '../preferences';
import './help.css';

/** `j k` is two keys; the text says what they do. */
export type KeyHelp = readonly (readonly [keys: string, text: string])[];

const EVERYWHERE: KeyHelp = [
  ['g a', 'Go to Am I safe?'],
  ['g f', 'Go to Fleet'],
  ['g d', 'Go to Decisions'],
  ['g p', 'Go to Performance'],
  ['g n', 'Go to Incidents'],
  ['g i', 'Go to Issues'],
  ['g m', 'Go to Monitors'],
  ['g r', 'Go to Releases'],
  ['g u', 'Go to Alert rules'],
  ['g l', 'Go to Ledger'],
  ['?', 'This sheet'],
];

/** Listens for `?` itself; `open` and `onClose` let a button do the same. */
export function HelpDialog({
  keys,
  open,
  onChange,
}: {
  keys: KeyHelp;
  open: boolean;
  onChange: (open: boolean) => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useRef<HTMLButtonElement>(null);
  const { shortcuts } = usePreferences();
  useKeys({ '?': () => onChange(true) });
  useEffect(() => {
    if (open) {
      dialog.current?.showModal();
      close.current?.focus();
    } else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      className="help"
      aria-label="Keyboard shortcuts"
      onClose={() => onChange(false)}
      onClick={(event) => {
        if (event.target === dialog.current) onChange(false);
      }}
    >
      {open && (
        <div>
          <h2>Keyboard</h2>
          <dl>
            {[...keys, ...EVERYWHERE].map(([each, text]) => (
              <Fragment key={each}>
                <dt>{each.split(' ').map((key) => (key === '–' ? key : <kbd key={key}>{key}</kbd>))}</dt>
                <dd>{text}</dd>
              </Fragment>
            ))}
          </dl>
          <label className="help-switch">
            <input
              type="checkbox"
              checked={shortcuts}
              onChange={(event) => setPreference({ shortcuts: event.target.checked })}
            />
            Single-key shortcuts
          </label>
          <button type="button" className="btn" ref={close} onClick={() => onChange(false)}>
            Close
          </button>
        </div>
      )}
    </dialog>
  );
}

/** The state a page keeps for its sheet. */
export const useHelp = (): [boolean, (open: boolean) => void] => useState(false);
