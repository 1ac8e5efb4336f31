import { Box, Text, type DOMElement } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import { cut, cutMiddle, textWidth } from '../text/width.js';
import {
  drawnRows,
  isWide,
  LEAST_COLUMNS,
  LEAST_ROWS,
  type CanvasName,
  type ChromeState,
  type PanelShape,
} from './layout.js';

/** Told of every canvas and panel that appears, with the element that says where it lies, and null when it goes. */
export type Register = (name: CanvasName | 'cover', element: DOMElement | null) => void;

interface ChromeProps {
  readonly state: ChromeState;
  readonly register: Register;
}

/**
 * The frame of the application. Ink lays it out and draws what seldom changes; whatever changes by itself is drawn into a
 * canvas by the frame loop. Ink remembers every different text for ever, so no text that counts may come through here.
 */
export function App({ state, register }: ChromeProps): ReactElement {
  const height = drawnRows(state.rows);
  return (
    <Box width={state.columns} height={height} flexDirection="column">
      <Main state={state} register={register} />
      {state.panel && (
        <Box position="absolute" width={state.columns} height={height} alignItems="center" justifyContent="center">
          <Panel panel={state.panel} state={state} register={register} />
        </Box>
      )}
    </Box>
  );
}

function Main({ state, register }: ChromeProps): ReactElement {
  switch (state.screen) {
    case 'small':
      return <Small state={state} />;
    case 'failed':
      return <Failed state={state} register={register} />;
    case 'start':
      return (
        <>
          <Canvas name="start" register={register} />
          <Canvas name="message" height={1} register={register} />
          <Canvas name="keys" height={1} register={register} />
        </>
      );
    case 'live':
      return <Live state={state} register={register} />;
  }
}

function Live({ state, register }: ChromeProps): ReactElement {
  const wide = isWide(state.columns, state.rows);
  return (
    <>
      <Canvas name="header" height={wide ? 3 : 2} register={register} />
      {wide && <Rule state={state} />}
      <Canvas name="body" register={register} />
      {wide && <Rule state={state} />}
      <Canvas name="message" height={1} register={register} />
      <Canvas name="keys" height={1} register={register} />
    </>
  );
}

/** Reserves a rectangle; without a height it takes what is left. */
function Canvas({ name, height, register }: { name: CanvasName; height?: number; register: Register }): ReactElement {
  const size = height === undefined ? { flexGrow: 1, flexShrink: 1 } : { height, flexShrink: 0 };
  return <Box ref={(element) => register(name, element)} {...size} />;
}

function Rule({ state }: { state: ChromeState }): ReactElement {
  return (
    <Box height={1} flexShrink={0}>
      <Text>{(state.ascii ? '-' : '─').repeat(state.columns)}</Text>
    </Box>
  );
}

const ASCII_BORDER = {
  topLeft: '+',
  top: '-',
  topRight: '+',
  right: '|',
  bottomRight: '+',
  bottom: '-',
  bottomLeft: '+',
  left: '|',
};

interface PanelProps extends ChromeProps {
  readonly panel: PanelShape;
}

/** A frame over the body with its title in its upper edge and its way out at the right. */
function Panel({ panel, state, register }: PanelProps): ReactElement {
  const width = Math.max(20, Math.min(state.columns - 4, panel.columns + 4));
  const height = Math.max(3, Math.min(drawnRows(state.rows) - 2, panel.rows + 2));
  return (
    <Box ref={(element) => register('cover', element)} width={width} height={height} flexDirection="column">
      <Box height={1} flexShrink={0}>
        <Text>{panelEdge(panel, width, state.ascii)}</Text>
      </Box>
      <Box flexGrow={1} paddingX={1} borderTop={false} borderStyle={state.ascii ? ASCII_BORDER : 'single'}>
        <Canvas name="panel" register={register} />
      </Box>
    </Box>
  );
}

function panelEdge(panel: PanelShape, width: number, ascii: boolean): string {
  const [left, line, right] = ascii ? ['+', '-', '+'] : ['┌', '─', '┐'];
  const title = cut(` ${panel.title} `, width - 4, ascii);
  const room = width - 4 - textWidth(title);
  const hint = textWidth(panel.hint) + 3 <= room ? ` ${panel.hint} ` : '';
  return `${left}${line}${title}${line.repeat(Math.max(0, room - textWidth(hint)))}${hint}${line}${right}`;
}

function Centered({ children }: { children: ReactNode }): ReactElement {
  return (
    <Box flexGrow={1} flexDirection="column" alignItems="center" justifyContent="center">
      {children}
    </Box>
  );
}

function Small({ state }: { state: ChromeState }): ReactElement {
  const lines = [
    'pytrace needs more room',
    `${LEAST_COLUMNS}x${LEAST_ROWS} at least, this is ${state.columns}x${state.rows}`,
    'counting goes on; q quits',
  ];
  return (
    <Centered>
      {lines.slice(0, drawnRows(state.rows)).map((line) => (
        <Text key={line}>{cut(line, state.columns, state.ascii)}</Text>
      ))}
    </Centered>
  );
}

function Failed({ state, register }: ChromeProps): ReactElement {
  const failure = state.failure ?? { sentence: '', details: [] };
  const width = Math.max(10, state.columns - 6);
  return (
    <>
      <Box flexGrow={1} flexDirection="column" paddingX={3} paddingTop={1} overflow="hidden">
        <Box flexShrink={0}>
          <Text bold>{failure.sentence}</Text>
        </Box>
        <Box height={1} flexShrink={0} />
        {failure.details.map((line, at) => (
          <Box key={at} height={1} flexShrink={0}>
            <Text>{cutMiddle(line, width, state.ascii)}</Text>
          </Box>
        ))}
      </Box>
      <Canvas name="message" height={1} register={register} />
      <Canvas name="keys" height={1} register={register} />
    </>
  );
}
