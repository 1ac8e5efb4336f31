import { ObjectsStream } from '../fakes/objects-stream.js';

/** Wobbles between -1 and 1, the same each time. */
const wave = (second: number, length: number): number => Math.sin((second / length) * 2 * Math.PI);

const TYPES: readonly (readonly [number, string, string, string, (second: number) => readonly [number, number]])[] = [
  [0x7f01, 'shop.money', 'Money', 'object', (s) => [s * 1204, s * 953 - Math.round(200 * wave(s, 7))]],
  [0x7f02, 'shop.cart', 'LineItem', 'object', (s) => [s * 602, s * 602 - Math.max(0, s - 100) * 15]],
  [0x7f03, 'shop.cart', 'Cart', 'object', (s) => [s * 602, Math.max(0, s * 602 - 800 - Math.round(300 * wave(s, 11)))]],
  [0x7f04, 'shop.orm', 'OrderRow', 'tuple', (s) => [s * 11, Math.max(0, s * 11 - 31)]],
  [0x7f05, 'shop.money', 'Context', 'object', (s) => [s * 2408, s * 2408]],
  [0x7f06, 'shop.cache', 'Cache.Entry', 'dict', (s) => [0, Math.floor(s * 0.6)]],
  [0x7f07, 're', 'Match', 'object', (s) => [s * 90, s * 90]],
  [0x7f08, 'builtins', 'generator', 'object', (s) => [s * 30, s * 30]],
];

/** A shop whose `Money` leaks, for 190 s. */
export function shop(names = TYPES): ObjectsStream {
  const stream = new ObjectsStream().arm();
  for (let second = 1; second <= 190; second++) {
    const made = second * 602;
    const sites = [
      `W\t${0x7f01}\t900\t40\t${made}`,
      `W\t${0x7f01}\t900\t96\t${made - second * 90}`,
      `W\t${0x7f01}\t901\t12\t${second * 90}`,
      `W\t${0x7f03}\t902\t8\t${second * 590}`,
      `W\t${0x7f03}\t903\t8\t${second * 12}`,
    ];
    stream.snapshot(
      second,
      names.map(([type, , , , at]) => [type, ...at(second)] as const),
      sites,
    );
    if (second === 1) for (const [type, module, qualname, base] of names) stream.named(type, module, qualname, base);
  }
  stream.line('N\t900\t80\tCart.reprice\t/srv/shop/cart.py').line('n\t900\t40\t91').line('n\t900\t96\t93');
  stream.line('N\t901\t12\tquantize\t/srv/shop/money.py').line('n\t901\t12\t14');
  stream.line('N\t902\t50\thandle_request\t/srv/shop/views.py').line('n\t902\t8\t58');
  return stream.line('N\t903\t10\tMailer.compose\t/srv/shop/mail.py').line('n\t903\t8\t19');
}

/** A build of which not all is seen, three seconds after the attach; a class that was gone before its name was read. */
export function partial(): ObjectsStream {
  const stream = new ObjectsStream('objects-alloc', 'dtrace').arm();
  stream.line('y\tcreated\tmost are made in a function that this stripped Python has no symbol for; SystemTap sees it');
  stream.line('y\tdestroyed\tthis build frees some subclasses of dict, tuple and exceptions in code that is not watched');
  for (let s = 1; s <= 3; s++) stream.snapshot(s, [[0x7f01, s, s * 40], [0x7f02, s * 5, 0], [0x7ff0a0, 0, s * 2]]);
  return stream.named(0x7f01, 'shop.money', 'Money').named(0x7f02, 'shop.cart', 'Basket', 'dict');
}

/** Names that would move the cursor, turn the text round, or need a wide screen. */
export function hostile(): ObjectsStream {
  const names = ['\u001b[2J\u001b[31mRed', 'tab\there', '\u202egnilrohs', '日本語クラス', 'x'.repeat(300), '', '👩‍👩‍👧‍👦', 'f.<locals>.C'];
  const stream = new ObjectsStream().arm();
  stream.snapshot(1, names.map((_, at) => [100 + at, 1000 - at, at] as const));
  for (const [at, name] of names.entries()) stream.named(100 + at, at % 2 === 0 ? 'bad\nmodule' : '', name);
  return stream.snapshot(2, names.map((_, at) => [100 + at, 2000 - at, at] as const));
}

/** An interpreter with instance probes. */
export function probed(): ObjectsStream {
  const stream = new ObjectsStream('objects', 'dtrace').arm();
  for (let s = 1; s <= 70; s++) {
    stream.snapshot(s, [], [
      `I\t${s * 200}\t${s * 200 - 40}\tNode\t/opt/app/tree.py`,
      `I\t${s * 20}\t${s * 20}\tRequest\t/opt/app/server.py`,
      `I\t${s}\t0\tSession\t/opt/app/server.py`,
      ...[40, 41, 44, 47, 52, 60].map((bucket, at) => `J\t${bucket}\t${s * (12 - at * 2)}\tNode`),
      `j\t${s * 90_000}\t39000\tNode`,
    ]);
  }
  return stream;
}
