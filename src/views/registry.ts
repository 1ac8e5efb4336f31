import { callsView } from './calls/calls-view.js';

/** All views, in the order of their tabs: tabs, help and completion follow from this list. */
export const VIEWS = [callsView] as const;

export type AnyView = (typeof VIEWS)[number];

export function viewById(id: string): AnyView | undefined {
  return VIEWS.find((view) => view.id === id);
}
