import type { ViewContext } from './trace-view.js';

/**
 * A view's model at this moment: made once for each change, and once for all that is done in one turn of the event loop,
 * a key's command and the frame that shows it, since nothing comes in between; kept while frozen.
 */
export class LiveModel<Model> {
  private held: { readonly model: Model; readonly at: number } | undefined;
  private live: { readonly model: Model; readonly revision: number; readonly now: number } | undefined;
  /** The live one was made in this turn. */
  private current = false;

  constructor(
    private readonly context: Pick<ViewContext, 'now' | 'revision'>,
    /** `frozen` makes one that later events do not touch. */
    private readonly make: (now: number, frozen: boolean) => Model,
  ) {}

  get(): Model {
    if (this.held !== undefined) return this.held.model;
    const now = this.context.now();
    const revision = this.context.revision();
    if (this.live?.revision !== revision || !(this.current || this.live.now === now)) {
      this.live = { model: this.make(now, false), revision, now };
      this.current = true;
      queueMicrotask(() => (this.current = false));
    }
    return this.live.model;
  }

  /** The trace's clock as the picture shows it. */
  now(): number {
    return this.held?.at ?? this.context.now();
  }

  /** One that lasts: for files. */
  lasting(): Model {
    return this.held?.model ?? this.make(this.context.now(), true);
  }

  freeze(): void {
    const at = this.context.now();
    this.held = { model: this.make(at, true), at };
    this.live = undefined;
  }

  thaw(): void {
    this.held = undefined;
  }
}
