import type { Blueprint } from '../blueprint.ts'

/** Returns the sorted names of the nodes that send heartbeats. */
export function heartbeatNodes({ workloads, paths }: Pick<Blueprint, 'workloads' | 'paths'>): string[] {
  const beating = new Set(workloads.filter(({ kind }) => kind === 'heartbeat').map(({ path }) => path))
  const nodes = new Set(paths.filter(({ declared }) => beating.has(declared)).map(({ from }) => from))
  return [...nodes].sort((a, b) => (a < b ? -1 : 1))
}
