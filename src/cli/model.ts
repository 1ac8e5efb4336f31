import type { CallsModel } from '../models/callsmodel.js';
import type { Session } from '../models/session.js';

export interface ModelFacts {
  readonly since: 'attach' | 'launch';
  readonly minDurationNs: number;
  /** Why there is nothing to show yet; asked only then. */
  readonly notice: () => string;
}

/** The model of the view `calls` at `now` (ns since the header); `frozen` makes one that later events do not touch. */
export function callsModel(session: Session, now: number, facts: ModelFacts, frozen = false): CallsModel {
  return {
    picture: frozen ? session.frozenPicture(now) : session.picture(now),
    flow: frozen ? session.flow.clone() : session.flow,
    functions: session.functions,
    threadNames: session.threadNames,
    wall: session.header?.wall ?? 0n,
    since: facts.since,
    minDurationNs: facts.minDurationNs,
    notice: session.accepted > 0 ? '' : facts.notice(),
  };
}
