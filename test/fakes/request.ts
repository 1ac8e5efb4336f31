import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { EngineFacts, EngineId, HostFacts, TraceRequest } from '../../src/engines/engine.js';
import { callsParameters, NO_FILTERS, type ScriptFilters } from '../../src/engines/parameters.js';
import type { Target } from '../../src/target/target.js';
import { fakeFolder } from './fake-folder.js';

/** For unit tests of engines: a target, a request and facts, of which a test says only what matters to it. */
export function fakeTarget(changes: Partial<Target> = {}): Target {
  return {
    pid: 4321,
    startTime: 1,
    uid: 0,
    command: ['python3.15', 'app.py'],
    exe: '/usr/bin/python3.15',
    exeDeleted: false,
    python: {
      version: { major: 3, minor: 15, micro: 2 },
      elf: { path: '/usr/bin/python3.15', readPath: '/proc/4321/exe', kind: 'executable', probes: new Map() },
      freeThreaded: false,
    },
    elfVisibleHere: true,
    sameMountNamespace: true,
    frames: null,
    ...changes,
  };
}

export function fakeRequest(filters: Partial<ScriptFilters> = {}, target: Partial<Target> = {}): TraceRequest {
  const traced = fakeTarget(target);
  return {
    script: 'calls',
    target: traced,
    parameters: callsParameters({ ...NO_FILTERS, ...filters }, traced),
    sudo: false,
  };
}

export function fakeHost(changes: Partial<HostFacts> = {}): HostFacts {
  return { platform: 'linux', release: '7.2.13', family: 'debian', kernelHeaders: true, missingTools: [], ...changes };
}

/** The facts of the fake engine with that behaviour. */
export function fakeEngine(id: EngineId, behaviour = 'good', host: HostFacts = fakeHost()): EngineFacts {
  return { id, host, path: path.join(fakeFolder(behaviour), id), version: '1' };
}

/** Whether a program is there, for tests that try several shells. */
export function has(program: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
