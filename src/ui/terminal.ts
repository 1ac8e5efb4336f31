/** A terminal as the screen needs it: the real one, or a model of one in a test. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** Hands bytes over; `done` is called once they have left this process. Never blocks. */
  write(data: string, done: () => void): void;
  /** For the very end, when nothing later will run: as much as goes out at once. */
  writeNow(data: string): void;
  setRaw(raw: boolean): void;
  /** Begins to deliver; returns how to stop. `lost`: the terminal is gone for good. */
  listen(listener: TerminalListener): () => void;
}

export interface TerminalListener {
  readonly input: (bytes: Uint8Array) => void;
  readonly resized: () => void;
  readonly lost: (why: string) => void;
}
