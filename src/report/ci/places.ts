import { MODELLED_PATH_KINDS } from '../../cluster/paths/path-kinds.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import { positionAt, type TreePath } from '../../scenario/tree/tree.ts'
import type { Place } from './gate-report.ts'

/** The places in a scenario file for CI systems, and the servers at the ends of its paths. */
export interface Places {
  readonly ofExpectation: (index: number) => Place
  readonly ofPath: (name: string) => Place
  /** Returns the party at the end of a path: `apiserver`, `kubelet`, or another; empty for an unknown path. */
  readonly serverOf: (path: string) => string
}

/**
 * Returns the places in a scenario.
 * @param file the scenario file, in whose first line is what was written on the command line
 */
export function placesIn({ printable, scenario }: LoadedScenario, file: string): Places {
  const placeAt = (path: TreePath): Place => {
    const { source, start } = positionAt(printable, path, 'key')
    if (source.file.startsWith('--')) return { file, line: 1, column: 1 }
    const { line, column } = source.positionOf(start)
    return { file: source.file, line, column }
  }
  return {
    ofExpectation: (index) => placeAt(['expect', index]),
    ofPath: (name) => placeAt(['paths', name]),
    serverOf: (name) => {
      const path = scenario.blueprint.paths.find(({ declared }) => declared === name)
      return MODELLED_PATH_KINDS.find((kind) => kind.name === path?.kind)?.ends.to.party ?? ''
    },
  }
}
