/** Keeps one page's failure from taking the shell with it. */
import { Component, type ReactNode } from 'react';
import { EmptyState } from './Notice';

export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <EmptyState
        title="This page could not be drawn"
        action={
          <button type="button" className="btn" onClick={() => window.location.reload()}>
            Reload
          </button>
        }
      >
        <p>{error.message}</p>
        <p>Agents keep trading and recording; nothing that was stored is affected.</p>
      </EmptyState>
    );
  }
}
