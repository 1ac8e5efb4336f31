/** What pytrace writes of speedscope's format. */
export interface SpeedscopeFile {
  readonly shared: { readonly frames: readonly { name: string; file?: string; line?: number }[] };
  readonly profiles: readonly {
    readonly name: string;
    readonly type: string;
    readonly startValue: number;
    readonly endValue: number;
    readonly events: readonly { readonly type: 'O' | 'C'; readonly frame: number; readonly at: number }[];
  }[];
}

/**
 * Loads a file as speedscope does, and gives the time in which each frame was the innermost, by `name file line`. Throws
 * where it does not nest, where time goes back, or where a frame is not there.
 */
export function selfTimes({ shared, profiles }: SpeedscopeFile): Map<string, number> {
  const self = new Map<string, number>();
  for (const { startValue, endValue, events } of profiles) {
    const stack: number[] = [];
    let last = startValue;
    for (const { type, frame, at } of events) {
      if (at < last) throw new Error(`time goes back from ${last} to ${at}`);
      const top = stack.at(-1);
      if (top !== undefined) {
        const key = Object.values(shared.frames[top]).join(' ');
        self.set(key, (self.get(key) ?? 0) + at - last);
      } else if (at > last) throw new Error('time of no frame');
      last = at;
      if (shared.frames[frame] === undefined) throw new Error(`there is no frame ${frame}`);
      if (type === 'O') stack.push(frame);
      else if (stack.pop() !== frame) throw new Error(`frame ${frame} is closed, and is not the innermost`);
    }
    if (stack.length > 0) throw new Error('frames are left open');
    if (last !== endValue) throw new Error(`ends at ${endValue}, and its last event at ${last}`);
  }
  return self;
}
