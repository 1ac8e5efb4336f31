/** Lists of the kernel's that the doctor reads, as pure functions over their text. */

export interface Mount {
  readonly folder: string;
  readonly type: string;
}

export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, folder, type] = line.split(' ');
    return folder === undefined || type === undefined ? [] : [{ folder, type }];
  });
}

/**
 * Events in uprobe_events whose dtrace no longer runs, as group/name. dtrace names its groups dt_<pid>_<what>; what
 * has another name belongs to somebody else.
 */
export function deadEvents(uprobeEvents: string, alive: (pid: number) => boolean): string[] {
  return uprobeEvents.split('\n').flatMap((line) => {
    const match = /^[pr]:(dt_(\d+)_[\w.:-]*\/[\w.:-]+)(?: |$)/.exec(line);
    return match === null || alive(Number(match[2])) ? [] : [match[1]];
  });
}

/** SystemTap's modules that nobody holds: a run that lives has its stapio on its module. */
export function idleModules(modules: string): string[] {
  return modules.split('\n').flatMap((line) => {
    const [name, , users] = line.split(' ');
    return name !== undefined && /^stap_\w+$/.test(name) && users === '0' ? [name] : [];
  });
}
