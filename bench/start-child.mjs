// Prints how many ms pytrace needs to draw its first frame.
import { FakePython } from '../test/cli/fake-python.ts';
import { BIN, pathWith } from '../test/cli/run-pytrace.ts';
import { withPty } from '../test/tty/pty.ts';

const python = new FakePython();
try {
  const pid = String(python.start());
  await withPty([process.execPath, BIN, 'calls', pid], { env: { PATH: pathWith('good') } }, async (pty) => {
    const began = performance.now();
    let ms = 0;
    const write = pty.screen.write.bind(pty.screen);
    pty.screen.write = (data, done) => {
      if (ms === 0 && String(data).includes('pytrace calls')) ms = performance.now() - began;
      write(data, done);
    };
    await pty.waitFor(() => ms > 0);
    console.log(ms);
  });
} finally {
  python.close();
}
