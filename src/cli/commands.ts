import type { CommandEntry } from './commands/command.ts'

/** The commands of `onpath`, in the order of its help. */
export const COMMANDS = {
  init: {
    summary: 'write a first scenario with comments, and ask what it is about',
    load: async () => (await import('./commands/init.ts')).init,
  },
  run: {
    summary: 'simulate scenario files and print the results',
    load: async () => (await import('./commands/run.ts')).run,
  },
  check: {
    summary: 'exit with 4 if an attacker gets what it must not: the gate for CI',
    load: async () => (await import('./commands/check.ts')).check,
  },
  matrix: {
    summary: 'show what attackers gain on each path, by technique, vantage and place',
    load: async () => (await import('./commands/matrix.ts')).matrix,
  },
  sweep: {
    summary: 'simulate a scenario for every combination of values and seeds',
    load: async () => (await import('./commands/sweep.ts')).sweep,
  },
  merge: {
    summary: 'join the shards of a sweep: the same output as that of one run of it',
    load: async () => (await import('./commands/merge.ts')).merge,
  },
  limits: {
    summary: 'find the delay, loss and outage at which nodes, watches, logs, exec and tunnels fail',
    load: async () => (await import('./commands/limits.ts')).limits,
  },
  worker: {
    summary: 'simulate points of sweeps that come from a queue',
    load: async () => (await import('./commands/worker.ts')).worker,
  },
  import: {
    summary: 'make a scenario from the files of a real cluster',
    load: async () => (await import('./commands/import.ts')).importFiles,
  },
  validate: {
    summary: 'check scenario files and list all their problems',
    load: async () => (await import('./commands/validate.ts')).validate,
  },
  compare: {
    summary: 'compare two runs, two sweeps, or two benchmark files; exit with 5 for what got worse',
    load: async () => (await import('./commands/compare.ts')).compare,
  },
  report: {
    summary: 'write a report of a run in HTML, to look at, print and send: verdict, network, attacks, charts',
    load: async () => (await import('./commands/report.ts')).report,
  },
  link: {
    summary: 'print the link that opens a scenario in the page',
    load: async () => (await import('./commands/link.ts')).link,
  },
  ui: {
    summary: 'serve the page on this machine, with a scenario or a cluster in it',
    load: async () => (await import('./commands/ui.ts')).ui,
  },
  packets: {
    summary: 'list the packets of a run, or those around a piece of evidence, in the manner of tcpdump',
    load: async () => (await import('./commands/packets.ts')).packets,
  },
  trace: {
    summary: 'write the packets of a run as a timeline (Perfetto), a sequence diagram (Mermaid) or JSON lines',
    load: async () => (await import('./commands/trace.ts')).trace,
  },
  replay: {
    summary: 'simulate recorded runs again and check that the results are identical',
    load: async () => (await import('./commands/replay.ts')).replay,
  },
  list: {
    summary: 'list the names that scenarios can use, such as paths, links, attacks and flags',
    load: async () => (await import('./commands/list.ts')).list,
  },
  schema: {
    summary: 'print the JSON Schema of scenario or attack files, which editors can use',
    load: async () => (await import('./commands/schema.ts')).schema,
  },
  explain: {
    summary: 'explain a word of scenarios, results or messages',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  completion: {
    summary: 'print a script that completes commands in bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
  complete: {
    summary: 'print what can stand at the end of a command line',
    isHidden: true,
    load: async () => (await import('./commands/complete.ts')).complete,
  },
  version: {
    summary: 'print the version',
    load: async () => (await import('./commands/version.ts')).version,
  },
} satisfies Readonly<Record<string, CommandEntry>>
