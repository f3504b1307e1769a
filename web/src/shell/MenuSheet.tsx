/** The navigation on small screens: a modal sheet from the left, closed by a choice, Escape or a tap beside it. */
import { useEffect, useRef, type MouseEvent, type ReactNode } from 'react';

export function MenuSheet({ open, onClose, children }: { open: boolean; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const onClick = (event: MouseEvent<HTMLDialogElement>): void => {
    const target = event.target as Element;
    if (target === dialog.current || target.closest('a')) onClose();
  };
  return (
    <dialog ref={dialog} className="menu-sheet" aria-label="Navigation" onClose={onClose} onClick={onClick}>
      {open && <div className="nav">{children}</div>}
    </dialog>
  );
}
