import { EventEmitter } from 'node:events';
import { render, type DOMElement, type Instance } from 'ink';
import { App } from './app.js';
import type { Rect } from './compositor.js';
import { chromeKey, type CanvasName, type ChromeState } from './layout.js';

/** Layouts that are kept: opening the same panel again must not cost a layout. */
const KEPT_FRAMES = 16;

/** A laid-out frame: what Ink drew, and where the rest goes. */
export interface ChromeFrame {
  readonly lines: readonly string[];
  readonly canvases: ReadonlyMap<CanvasName, Rect>;
  /** Where a panel hides what lies under it. */
  readonly cover: Rect | undefined;
}

/** Stands for the terminal before Ink, which then hands over whole frames and touches nothing. */
class FrameSink extends EventEmitter {
  columns = 80;
  rows = 24;
  readonly isTTY = false;
  last = '';

  write(frame: string | Uint8Array, encoding?: unknown, done?: unknown): boolean {
    if (typeof frame === 'string' && frame !== '') this.last = frame;
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') (callback as () => void)();
    return true;
  }
}

/** Ink never reads: the keys are decoded elsewhere. */
class NoInput extends EventEmitter {
  readonly isTTY = false;
  read(): null {
    return null;
  }
  setEncoding(): void {}
  setRawMode(): void {}
  resume(): void {}
  pause(): void {}
  ref(): void {}
  unref(): void {}
}

/** Ink, asked for one layout at a time. */
export class InkChrome {
  /** How often Ink was asked: its work should not grow with time. */
  renders = 0;
  private readonly sink = new FrameSink();
  private readonly elements = new Map<CanvasName | 'cover', DOMElement>();
  private readonly frames = new Map<string, ChromeFrame>();
  private instance: Instance | undefined;

  private readonly register = (name: CanvasName | 'cover', element: DOMElement | null): void => {
    if (element) this.elements.set(name, element);
    else this.elements.delete(name);
  };

  /** For the test that they stay few. */
  get keptFrames(): number {
    return this.frames.size;
  }

  layout(state: ChromeState): ChromeFrame {
    const key = chromeKey(state);
    const kept = this.frames.get(key);
    if (kept) return kept;
    const frame = this.render(state);
    if (this.frames.size >= KEPT_FRAMES) this.frames.clear();
    this.frames.set(key, frame);
    return frame;
  }

  private render(state: ChromeState): ChromeFrame {
    this.renders++;
    this.sink.columns = state.columns;
    this.sink.rows = state.rows;
    const tree = <App state={state} register={this.register} />;
    if (this.instance) {
      this.instance.rerender(tree);
    } else {
      this.instance = render(tree, {
        stdout: this.sink as unknown as NodeJS.WriteStream,
        stdin: new NoInput() as unknown as NodeJS.ReadStream,
        stderr: this.sink as unknown as NodeJS.WriteStream,
        // Every render is handed over at once, as a whole frame without cursor movements, also where CI is set.
        debug: true,
        exitOnCtrlC: false,
        patchConsole: false,
      });
    }
    return this.frame();
  }

  close(): void {
    this.instance?.unmount();
    this.instance?.cleanup();
    this.instance = undefined;
  }

  private frame(): ChromeFrame {
    const canvases = new Map<CanvasName, Rect>();
    let cover: Rect | undefined;
    for (const [name, element] of this.elements) {
      const rect = rectOf(element);
      if (name === 'cover') cover = rect;
      else if (rect.width > 0 && rect.height > 0) canvases.set(name, rect);
    }
    return { lines: this.sink.last.split('\n'), canvases, cover };
  }
}

/** Ink tells sizes but not places: those are relative to each parent. */
function rectOf(element: DOMElement): Rect {
  let x = 0;
  let y = 0;
  for (let node: DOMElement | undefined = element; node?.yogaNode; node = node.parentNode) {
    x += node.yogaNode.getComputedLeft();
    y += node.yogaNode.getComputedTop();
  }
  const { yogaNode } = element;
  const size = (value: number | undefined) => Math.round(value ?? 0);
  return {
    x: Math.round(x),
    y: Math.round(y),
    width: size(yogaNode?.getComputedWidth()),
    height: size(yogaNode?.getComputedHeight()),
  };
}
