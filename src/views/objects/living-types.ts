import type { ClassTable } from './class-table.js';

/** What a script told of a class when it first saw it: only a class that has both is the one that is counted. */
export interface Stamp {
  readonly dict: number;
  /** tp_name, perhaps cut; '' where it could not be read. */
  readonly name: string;
}

/** The class that lives at an address now, and what the kernel's sums of that address stood at when they came last. */
export interface Living {
  /** Its row; -1 while it has none. */
  row: number;
  created: number;
  destroyed: number;
  stamp: Stamp | undefined;
  /** `new`: its name is looked for. `given up`: it cannot be proven, and is counted with the nameless. */
  state: 'new' | 'named' | 'given up';
  /** How often it was looked for in vain. */
  tries: number;
}

/** More than any script has room for. */
const ADDRESSES_LIMIT = 1 << 18;

/** The kernel's sums of an address. */
export interface Sums {
  readonly created: number;
  readonly destroyed: number;
}

/**
 * Which class each address stands for. The kernel's sums of an address only rise, whatever class it is given to: where one
 * ends the script tells what they stand at, and what they gain from there on is the next one's.
 */
export class LivingTypes {
  readonly byAddress = new Map<number, Living>();
  /** Addresses of classes whose names are looked for. */
  readonly wanted = new Set<number>();
  /** Addresses that more than one class has had since the newest snapshot. */
  readonly shared = new Set<number>();

  constructor(
    private readonly table: ClassTable,
    /** Instances that were counted in: made and ended together. */
    private readonly counted: (instances: number) => void,
    /** There is no row for one more class. */
    private readonly noRoom: () => void,
  ) {}

  /** A class is seen for the first time. */
  seen(address: number, stamp: Stamp): void {
    const living = this.at(address);
    if (living === undefined) return;
    // That the one before has ended was lost.
    if (living.stamp !== undefined || living.state !== 'new') this.leave(address, living);
    living.stamp = stamp;
    this.wanted.add(address);
  }

  /** The sums of an address in a whole snapshot; they may be older than the last end of a class. */
  sums(address: number, now: Sums): void {
    const living = this.at(address);
    if (living === undefined) return;
    this.rise(address, living, {
      created: Math.max(now.created, living.created),
      destroyed: Math.max(now.destroyed, living.destroyed),
    });
  }

  /** The class at an address has ended, when the sums stood there. */
  ended(address: number, at: Sums): void {
    const living = this.at(address);
    if (living === undefined) return;
    const beyond = { created: living.created, destroyed: living.destroyed };
    // A snapshot may have been read after this and have come before: what it had more is the next one's.
    this.rise(address, living, at);
    this.leave(address, living);
    this.rise(address, living, {
      created: Math.max(at.created, beyond.created),
      destroyed: Math.max(at.destroyed, beyond.destroyed),
    });
  }

  name(address: number, module: string, qualname: string, base: string): void {
    const living = this.at(address);
    if (living === undefined) return;
    this.wanted.delete(address);
    const row = this.table.named(module, qualname, '', base, living.state === 'given up' ? -1 : living.row);
    if (row < 0) return;
    living.row = row;
    living.state = 'named';
    living.tries = 0;
  }

  /** What is counted here can no longer be proven to be this class. */
  giveUp(address: number): void {
    const living = this.at(address);
    if (living === undefined) return;
    if (living.state === 'given up') return;
    if (living.state === 'named') living.row = this.table.fold();
    else living.row = this.table.fold(living.row);
    living.state = 'given up';
    living.stamp = undefined;
    this.wanted.delete(address);
  }

  /** The kernel's sums are zero again, and which classes are there is to be told anew. */
  restart(): void {
    for (const living of this.byAddress.values())
      if (living.state === 'new' && living.row >= 0) this.table.fold(living.row);
    this.byAddress.clear();
    this.wanted.clear();
    this.shared.clear();
  }

  private at(address: number): Living | undefined {
    let living = this.byAddress.get(address);
    if (living === undefined) {
      if (this.byAddress.size >= ADDRESSES_LIMIT) {
        this.noRoom();
        return undefined;
      }
      living = { row: -1, created: 0, destroyed: 0, stamp: undefined, state: 'new', tries: 0 };
      this.byAddress.set(address, living);
    }
    return living;
  }

  private rise(address: number, living: Living, to: Sums): void {
    const { table } = this;
    const made = to.created - living.created;
    const ended = to.destroyed - living.destroyed;
    if (made === 0 && ended === 0) return;
    if (living.row < 0) {
      living.row = table.unnamed(`type at 0x${address.toString(16)}`);
      this.wanted.add(address);
    }
    if (living.row < 0) {
      this.noRoom();
      return;
    }
    table.created[living.row] += made;
    table.destroyed[living.row] += ended;
    living.created = to.created;
    living.destroyed = to.destroyed;
    this.counted(made + ended);
  }

  /** Whoever comes next at this address is another class. */
  private leave(address: number, living: Living): void {
    if (living.state === 'new' && (living.row >= 0 || living.stamp !== undefined)) this.table.fold(living.row);
    living.row = -1;
    living.stamp = undefined;
    living.state = 'new';
    living.tries = 0;
    this.wanted.delete(address);
    this.shared.add(address);
  }
}
